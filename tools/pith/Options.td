// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line. Options may be added, never changed.
include "llvm/Option/OptParser.td"

// One for each subcommand; Options.h gives them their bits.
def CompileVis : OptionVisibility;
def RunVis : OptionVisibility;
def BenchVis : OptionVisibility;
def InspectVis : OptionVisibility;
def TargetsVis : OptionVisibility;
def BisectVis : OptionVisibility;
def CompareVis : OptionVisibility;
def EvaluateVis : OptionVisibility;
def ProgramVis : OptionVisibility;

defvar Everywhere = [ProgramVis, CompileVis, RunVis, BenchVis, EvaluateVis, InspectVis, TargetsVis,
                     BisectVis, CompareVis];
defvar Shaping = [CompileVis, RunVis, BenchVis, EvaluateVis, InspectVis, BisectVis, CompareVis];

// --name=value and --name value
multiclass Value<string name, string meta, list<OptionVisibility> where, string help> {
  def NAME : Joined<["--"], name # "=">, MetaVarName<meta>, HelpText<help>, Visibility<where>;
  def NAME # _separate : Separate<["--"], name>, Alias<!cast<Option>(NAME)>, Visibility<where>;
}
// The same, with a closed set of values.
multiclass Choice<string name, string values, list<OptionVisibility> where, string help> {
  def NAME : Joined<["--"], name # "=">, MetaVarName<"<" # !subst(",", "|", values) # ">">,
             Values<values>, HelpText<help>, Visibility<where>;
  def NAME # _separate : Separate<["--"], name>, Alias<!cast<Option>(NAME)>, Visibility<where>;
}
class Switch<string name, list<OptionVisibility> where, string help>
    : Flag<["--"], name>, HelpText<help>, Visibility<where>;

def help : Switch<"help", Everywhere, "print this text">;
def help_short : Flag<["-"], "h">, Alias<help>, Visibility<Everywhere>;
def version : Switch<"version", [ProgramVis], "print the version">;

// Shaping: what the code is made for.
defm target : Value<"target", "<T>", !listconcat(Shaping, [TargetsVis]),
  "a target's folder in lower case; default: the one that runs on this host, else reference">;
// Main loads what this and --load-pass name before anything else is read.
defm load_target : Value<"load-target", "<lib>", !listconcat(Shaping, [TargetsVis]),
  "load a shared library with a target of its own (repeatable)">;
defm cpu : Value<"cpu", "<names>", !listconcat(Shaping, [TargetsVis]),
  "CPU: an LLVM name, 'native' (default), or a variant that the target names; several, separated by commas, make a variant of the program for each, of which the first that the CPU can run is taken at run time">;
defm features : Value<"features", "<+a,-b>", !listconcat(Shaping, [TargetsVis]), "CPU features to add and to remove">;
defm triple : Value<"triple", "<triple>", Shaping, "machine and system to emit for">;
defm dim : Value<"dim", "<N=1>", Shaping,
  "bind the model's symbolic dimension N, or by position as in x:0 (repeatable), which also bounds results of unknown number; N=1..8 bounds a leading batch; N=64,128 makes the program for each of these sizes, with weights in common, or with a bundle chooses one of them">;
defm length : Value<"length", "<N=3>", Shaping,
  "the number of elements of the input N, which is a sequence (repeatable); each is an input of its own: N_0, N_1, N_2">;
defm absent : Value<"absent", "<N>", Shaping,
  "the input N, which is optional, is not there (repeatable); all others are">;
defm custom_op : Value<"custom-op", "<D::N=S>", Shaping,
  "have the C function S, which the caller of the program links, compute the operators N of the domain D (repeatable); the generated header declares it">;
defm custom_library : Value<"custom-library", "<lib>", Shaping,
  "a shared library with functions of custom operators, for programs that pith itself runs, and for the self-test of a bundle (repeatable)">;
defm recognise : Choice<"recognise", "on,off", Shaping,
  "find layer and RMS normalizations that the file writes as several operators; no bit depends on it">;
defm fusion : Choice<"fusion", "on,off", Shaping, "compute several operators in one kernel">;
defm arena : Choice<"arena", "fast,small", Shaping,
  "small: less memory for what is between kernels, where convolutions that follow one another can run a few rows at a time; that takes more time">;
defm sparse : Choice<"sparse", "on,off", Shaping, "make use of zeros in the model's weights">;
defm qdq : Choice<"qdq", "fold,literal", Shaping,
  "compute on integers where the file quantizes, or in float as it is written">;
defm io : Choice<"io", "float,quantized", Shaping, "types of inputs and outputs that are quantized">;
def fast_float : Switch<"fast-float", Shaping,
  "allow kernels whose floats are not exactly the canonical ones; the report names them">;
defm row : Value<"row", "<row[:RxC]>", Shaping,
  "for tests of kernel tables: this row of 'pith targets', with this one of its tiles, runs all operators that it is for; where it cannot, that is an error">;
defm tuning : Value<"tuning", "<file>", Shaping,
  "obey a tuning file, which 'pith compile --tune' wrote: measured choices of rows and tiles; with --tune, where to write it">;
defm weights : Choice<"weights", "embed,file", Shaping,
  "weights in the object, or in a file of their own">;

defm pass_at : Value<"pass-at", "<stage[@pass]:pipeline>", Shaping,
  "run passes inside of a stage: in front of its verifier, or of one of its passes (repeatable)">;
defm load_pass : Value<"load-pass", "<lib>", Shaping,
  "load a shared library with passes, for --pass-at (repeatable)">;

// compile
def output : Separate<["-"], "o">, MetaVarName<"<dir>">, HelpText<"folder for the bundle">,
  Visibility<[CompileVis]>;
defm name : Value<"name", "<id>", [CompileVis], "prefix of the C interface; default: from the file's name">;
defm emit : Value<"emit", "<kinds>", [CompileVis],
  "what to write, separated by commas: object (default), static, shared">;
defm compile_from : Choice<"compile-from", "import,quantize,sparsify,schedule,lower",
  [CompileVis, RunVis, BenchVis, EvaluateVis, InspectVis, BisectVis, CompareVis], "the stage that MODEL, a module, has completed; default: what it says">;
defm compile_to : Choice<"compile-to", "import,quantize,sparsify,schedule,lower,emit", [CompileVis],
  "stop behind this stage and write the module">;
defm dump_stages : Value<"dump-stages", "<dir>", [CompileVis], "write the module behind each stage">;
def tune : Switch<"tune", [CompileVis],
  "measure close choices of rows and tiles on this machine, write them to a tuning file (default: <dir>.tuning.json) and obey it">;
def report : Switch<"report", [CompileVis], "write report.json and report.html into the bundle">;
def timing : Switch<"timing", [CompileVis], "print time, also of processors, and memory of each stage, step of the reader and pass, as JSON">;
defm mlir_threading : Choice<"mlir-threading", "on,off", [CompileVis],
  "run passes on several functions at once (default: on)">;

// run, bisect
defm inputs : Value<"inputs", "<X>", [RunVis, BisectVis],
  ".npz, .npy, an ONNX test_data_set folder, or random:SEED">;
defm outputs : Value<"outputs", "<Y.npz>", [RunVis], "write the outputs">;
defm expect : Value<"expect", "<Z>", [RunVis], "compare the outputs to these; exit code 1 if they differ">;
defm rtol : Value<"rtol", "<R>", [RunVis], "allowed difference relative to the expected value (default 1e-3)">;
defm atol : Value<"atol", "<A>", [RunVis], "allowed absolute difference (default 1e-7)">;
defm max_rel : Value<"max-rel", "<M>", [RunVis],
  "allowed largest difference, relative to the largest expected magnitude; replaces --rtol and --atol">;

defm passes : Value<"passes", "<pipeline>", [BisectVis],
  "passes to run behind sparsify and to search too, as pith-opt's --pass-pipeline takes them">;

// evaluate, compare
defm data : Value<"data", "<D>", [EvaluateVis, CompareVis],
  "samples: a folder of JPEG or PNG images named '0042_name.jpg' or with a labels.csv, a .npz or .npy file, test_data_set folders, or (compare) random:SEED:COUNT">;
defm preprocess : Value<"preprocess", "<P>", [EvaluateVis, CompareVis],
  "what happens to pixels: raw (default), imagenet, mnist, cifar10, or a chain such as resize=256,crop=224,scale=1/255,mean=0.485:0.456:0.406,std=0.229:0.224:0.225,layout=nchw (also grey, bgr)">;
defm limit : Value<"limit", "<N>", [EvaluateVis, CompareVis], "only the first N samples">;

// compare
defm a : Value<"a", "<k=v,...>", [CompareVis],
  "shaping options of A alone, without dashes: qdq=literal,target=reference">;
defm b : Value<"b", "<k=v,...>", [CompareVis], "shaping options of B alone">;

// evaluate
defm metric : Value<"metric", "<names>", [EvaluateVis],
  "what to compute, separated by commas: top1, top5 (need labels), agreement, sqnr (need --reference), latency; default: all that the data allows">;
defm reference : Value<"reference", "<MODEL|DIR>", [EvaluateVis],
  "compare the answers with this model's; shaping holds for it too, if it is no bundle">;
defm slices : Value<"slices", "<F>", [EvaluateVis],
  "a CSV file of 'file,slice' lines: metrics for each slice too">;

// run, bench, evaluate
defm threads : Value<"threads", "<N>", [RunVis, BenchVis, EvaluateVis], "threads (default 1)">;
def per_layer : Switch<"per-layer", [BenchVis], "the time of each layer, and what it comes to">;
defm seconds : Value<"seconds", "<S>", [BenchVis], "how long to measure (default 2)">;

defm require : Value<"require", "<P,...>", !listconcat(Shaping, [TargetsVis]),
  "exit with 4 where the CPU, or the row of a layer, has no instruction for a precision: int8, int4, f32, f16, bf16, sparse">;
def fallback : Switch<"fallback", !listconcat(Shaping, [TargetsVis]),
  "let what --require asks for be emulated; say so, or name such layers in the report">;
def json : Switch<"json", [BenchVis, EvaluateVis, InspectVis, TargetsVis, BisectVis, CompareVis], "print JSON">;
defm html : Value<"html", "<file>", [InspectVis], "write one self-contained page">;
