// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Emit/EntryModel.h"
#include "lib/Emit/Features.h"
#include "lib/Emit/Manifest.h"
#include "lib/Emit/Runtime.h"
#include "pith/Target/Target.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;
using namespace pith;

namespace {

/// An ONNX name inside a comment of C.
std::string commentText(StringRef name) {
  std::string result;
  for (char c : name)
    result += llvm::isPrint(c) && c != '*' && c != '\\' && c != '?' ? c : '_';
  return result;
}

/// Enough digits to tell any two f32 apart.
std::string scaleText(CodesAttr codes) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.9g", codes.getScale().getValueAsDouble());
  return text;
}

/// How codes of less than a byte lie in memory.
std::string codeText(IntegerType type, bool input) {
  int64_t low = type.isUnsigned() ? 0 : -(1 << (type.getWidth() - 1));
  int64_t high = low + (1 << type.getWidth()) - 1;
  return llvm::formatv(", a byte each: {0} to {1}{2}", low, high,
                       input ? " (the upper bits are ignored)" : "")
      .str();
}

void writeStruct(raw_ostream &os, const ModelInfo &info, bool inputs) {
  StringRef kind = inputs ? "inputs" : "outputs";
  os << "typedef struct " << info.name << "_" << kind << " {\n";
  const auto &list = inputs ? info.inputs : info.outputs;
  for (const IoInfo &io : list) {
    os << "  " << (inputs ? "const " : "") << io.cType() << " *" << io.identifier << "; /* "
       << commentText(io.name) << ": " << io.typeName() << " [";
    llvm::interleaveComma(io.shape, os);
    os << "]";
    if (io.batched)
      os << " for each sample";
    if (io.type.isInteger(1))
      os << ", each 0 or 1";
    if (io.codes)
      os << ", each (code - " << io.codes.getZeroPoint() << ") * " << scaleText(io.codes);
    auto integer = dyn_cast<IntegerType>(io.type);
    if (integer && integer.getWidth() > 1 && integer.getWidth() < 8)
      os << codeText(integer, inputs);
    if (isa<FloatType>(io.type) && io.width() == 1)
      os << ", the format's bits";
    os << " */\n";
  }
  if (inputs && info.batch)
    os << "  size_t batch; /* samples that lie one behind the other in every buffer, 1 to "
       << info.batch.getMax() << " */\n";
  else if (list.empty())
    os << "  const void *unused; /* C has no empty structures */\n";
  os << "} " << info.name << "_" << kind << ";\n\n";
}

bool hasSelftest(const ModelInfo &info) {
  return llvm::any_of(info.variants, [](const VariantInfo &variant) { return variant.selftest; });
}

void writeSizes(raw_ostream &os, StringRef prefix, const ModelInfo &info, bool weightsFile) {
  os << "#define " << prefix << "_ARENA_ALIGNMENT " << int(ENTRY_ALIGNMENT) << "\n"
     << "/* For one thread; else call " << info.name << "_arena_size. */\n"
     << "#define " << prefix << "_ARENA_SIZE " << info.arenaBytes() << "\n";
  if (hasSelftest(info))
    os << "#define " << prefix << "_SELFTEST_ARENA_SIZE "
       << info.arenaBytes() + info.selftestBytes() << "\n";
  if (weightsFile)
    os << "/* Bytes of " << info.name << ".weights, which the caller maps. */\n"
       << "#define " << prefix << "_WEIGHTS_SIZE " << ENTRY_WEIGHTS_HEADER + info.weights << "\n";
  if (info.batch)
    os << "#define " << prefix << "_BATCH_MAX " << info.batch.getMax() << "\n";
  os << "/* Bytes of the buffers" << (info.batch ? ", for one sample" : "") << ". */\n";
  for (const IoInfo &io : info.inputs)
    os << "#define " << prefix << "_INPUT_" << io.identifier << "_BYTES " << io.bytes() << "\n";
  for (const IoInfo &io : info.outputs)
    os << "#define " << prefix << "_OUTPUT_" << io.identifier << "_BYTES " << io.bytes() << "\n";
  os << "\n";
}

/// Where the driver comes from.
std::string deviceText(const ModelInfo &info) {
  const Target *target = TargetRegistry::global().lookup(info.variants.front().target.getName());
  if (!target || target->runtimeFiles().empty())
    return "";
  std::string text = ":\n   build and see ";
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(target->runtimeFiles(), os,
                        [&](const RuntimeFile &file) { os << file.name; });
  return text;
}

void writeFunctions(raw_ostream &os, const ModelInfo &info, StringRef prefix, bool weightsFile) {
  const std::string &name = info.name;
  os << "/* Bytes of the arena that the configuration needs; 0 if it is invalid. Null stands\n"
     << "   for one thread" << (info.batch ? " and one sample" : "") << ". */\n"
     << "size_t " << name << "_arena_size(const pith_config *config);\n\n"
     << "/* Prepares an arena, once. It must be aligned to " << prefix << "_ARENA_ALIGNMENT. The\n"
     << "   configuration is copied; what it points to (parallel"
     << (info.programs.empty() ? "" : ", driver") << (weightsFile ? ", weights" : "")
     << ") must stay.\n";
  if (weightsFile)
    os << "   config->weights is " << name
       << ".weights, mapped or read to 64-byte aligned memory;\n"
       << "   a file of another model is refused. Its content is not verified. */\n";
  else
    os << (info.programs.empty() ? "   Null: the defaults. */\n" : "");
  if (!info.programs.empty())
    os << (weightsFile ? "/* " : "   ") << "config->driver is the driver of the device '"
       << info.variants.front().target.getName() << "'" << deviceText(info) << ". */\n";
  os << "int " << name << "_init(void *arena, const pith_config *config);\n\n"
     << "/* Computes the outputs. Buffers are aligned to their element type; outputs overlap\n"
     << "   neither inputs nor each other. The same arena serves any number of runs, one at\n"
     << "   a time; nothing is kept from run to run. The results do not depend on the\n"
     << "   caller's rounding mode, which is kept. */\n"
     << "int " << name << "_run(void *arena, const " << name << "_inputs *inputs, const " << name
     << "_outputs *outputs);\n\n"
     << "/* Runs the model on data of its own and compares a hash of every layer's result with\n"
     << "   what the compiler computed. Returns 0, or the number, from 1, of the first layer\n"
     << "   that differs";
  if (!hasSelftest(info))
    os << "; this model was compiled without, so: PITH_ERROR_NO_SELFTEST. */\n";
  else if (info.variants.size() > 1)
    os << " of the variant (above its last: an output), or an error. The arena,\n"
       << "   initialised, has at least " << prefix << "_SELFTEST_ARENA_SIZE bytes. */\n";
  else
    os << " (above " << info.variants.front().layers.size()
       << ": an output), or an error. The arena, initialised,\n"
       << "   has at least " << prefix << "_SELFTEST_ARENA_SIZE bytes. */\n";
  os << "int " << name << "_selftest(void *arena);\n\n"
     << "/* The text of " << name << ".manifest.json. */\n"
     << "const char *" << name << "_manifest(void);\n";
}

std::string machineText(TargetAttr target) {
  return ("CPU " + target.getCpu() + target.getFeatures()).str();
}

void writeVariants(raw_ostream &os, const ModelInfo &info) {
  os << "   It has variants, of which " << info.name << "_init takes the first that the CPU can "
     << "run:\n";
  for (const VariantInfo &variant : info.variants) {
    os << "   - " << commentText(variant.name) << ": " << machineText(variant.target);
    if (!variant.selftest)
      os << "; without self-test";
    os << "\n";
  }
  os << "\n";
}

void writeNeeds(raw_ostream &os, const ModelInfo &info) {
  for (const VariantInfo &variant : info.variants) {
    std::vector<StringRef> names =
        featureNames(llvm::Triple(variant.target.getMachine().getTriple()), variant.features);
    if (names.empty())
      continue;
    os << "   " << (info.variants.size() > 1 ? commentText(variant.name) : "The code")
       << " needs of the CPU:";
    unsigned column = 80;
    for (StringRef name : names) {
      if (column + name.size() > 76) {
        os << "\n    ";
        column = 4;
      }
      os << " " << name;
      column += name.size() + 1;
    }
    os << "\n";
  }
}

void writeLayers(raw_ostream &os, const ModelInfo &info) {
  for (const VariantInfo &variant : info.variants) {
    if (variant.layers.empty())
      continue;
    os << "   Layers" << (info.variants.size() > 1 ? " of " + commentText(variant.name) : "")
       << ", as counted by " << info.name << "_selftest:\n";
    for (auto [i, layer] : llvm::enumerate(variant.layers)) {
      auto name = layer.getAs<StringAttr>("name");
      os << llvm::formatv("   {0,4}  {1}\n", i + 1, commentText(name ? name.getValue() : ""));
    }
  }
}

} // namespace

std::string pith::renderHeader(const ModelInfo &info, bool weightsFile) {
  std::string upper = StringRef(info.name).upper(), result;
  llvm::raw_string_ostream os(result);
  TargetAttr target = info.variants.front().target, machine = target.getMachine();
  os << "/* " << info.name << ": a neural network compiled by pith for " << machine.getTriple();
  bool several = info.variants.size() > 1;
  if (!several && (!machine.getCpu().empty() || !machine.getFeatures().empty()))
    os << ",\n   " << machineText(machine);
  if (machine != target)
    os << ",\n   and the device " << target.getName();
  os << ". C99 and C++.\n\n"
     << "   The object calls nothing but memcpy, memset and what the configuration points to.\n"
     << "   It allocates nothing and has no state: all memory is the arena and the buffers,\n"
     << "   which are the caller's. Any number of threads may run the model at the same time,\n"
     << "   each with an arena of its own.\n\n";
  if (several)
    writeVariants(os, info);
  writeNeeds(os, info);
  writeLayers(os, info);
  os << "*/\n#ifndef PITH_MODEL_" << info.name << "_H\n#define PITH_MODEL_" << info.name << "_H\n"
     << "#include <stddef.h>\n#include <stdint.h>\n\n"
     << runtimeText("pith_types.h") << "\n";
  writeSizes(os, upper, info, weightsFile);
  os << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  writeStruct(os, info, /*inputs=*/true);
  writeStruct(os, info, /*inputs=*/false);
  writeFunctions(os, info, upper, weightsFile);
  os << "\n#ifdef __cplusplus\n}\n#endif\n#endif\n";
  return result;
}
