// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line: subcommands, and the options of Options.td.
#ifndef PITH_TOOLS_PITH_OPTIONS_H
#define PITH_TOOLS_PITH_OPTIONS_H

#include "pith/Pipeline/Compiler.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"

namespace pith::tool {

enum ExitCode { Done = 0, AnswerIsNo = 1, Usage = 2, BadInput = 3, Unsupported = 4 };

enum OptionId {
  OPT_INVALID = 0,
#define OPTION(...) LLVM_MAKE_OPT_ID(__VA_ARGS__),
#include "tools/pith/Options.inc"
#undef OPTION
};

/// The names that Options.td gives to the places where an option is valid.
enum Where : unsigned {
  ProgramVis = 1 << 1,
  CompileVis = 1 << 2,
  RunVis = 1 << 3,
  BenchVis = 1 << 4,
  InspectVis = 1 << 5,
  TargetsVis = 1 << 6,
  BisectVis = 1 << 7,
  CompareVis = 1 << 8,
  EvaluateVis = 1 << 9,
};

using Args = llvm::opt::InputArgList;

/// A subcommand. `positional` is how many arguments without a dash it takes.
struct Command {
  llvm::StringRef name, positional, summary, example;
  unsigned visibility;
  int (*run)(const Args &args);
};

extern const Command compileCommand, runCommand, benchCommand, inspectCommand, targetsCommand,
    bisectCommand, compareCommand, evaluateCommand;
llvm::ArrayRef<const Command *> commands();

/// Prints `error: ...` for a mistake in the command line; returns `Usage`.
int usageError(const llvm::Twine &message);

/// Parses and runs the subcommand that `arguments` (without the program's own
/// name) begin with.
int runCommandLine(llvm::ArrayRef<const char *> arguments);

/// Whether these are names of precisions; else the error is printed.
bool parsePrecisions(llvm::StringRef list);

/// Options that several subcommands share. False: a mistake, which was printed.
bool parseCompileOptions(const Args &args, CompileOptions &options);
/// Shaping options as `key=value`, separated by commas; they replace what `shaping` has.
bool parseShapingList(llvm::StringRef text, ShapingOptions &shaping);
bool parseNumber(const Args &args, OptionId id, double least, double &value);
bool parseNumber(const Args &args, OptionId id, int64_t least, int64_t &value);

} // namespace pith::tool

#endif
