// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Emit/EntryModel.h"
#include "lib/Emit/Features.h"
#include "lib/Emit/Manifest.h"
#include "lib/Emit/Runtime.h"
#include "pith/Target/Target.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
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

/// "a", "a or b", "a, b or c"; each once.
std::string alternatives(ArrayRef<std::string> all) {
  SmallVector<StringRef> texts;
  for (const std::string &text : all)
    if (!llvm::is_contained(texts, text))
      texts.push_back(text);
  std::string result = llvm::join(ArrayRef(texts).drop_back(), ", ");
  return result + (texts.size() > 1 ? " or " : "") + texts.back().str();
}

ArrayRef<IoInfo> listOf(const ShapeInfo &shape, bool inputs) {
  return inputs ? shape.inputs : shape.outputs;
}

/// The extents of an input or output in each of the shapes.
std::string extentsText(const ModelInfo &info, bool inputs, size_t index) {
  std::vector<std::string> texts;
  for (const ShapeInfo &shape : info.shapes) {
    llvm::raw_string_ostream os(texts.emplace_back("["));
    llvm::interleaveComma(listOf(shape, inputs)[index].shape, os);
    os << "]";
  }
  return alternatives(texts);
}

/// The members that choose the shape of a run.
void writeSizeMembers(raw_ostream &os, const ModelInfo &info) {
  for (auto [index, dim] : llvm::enumerate(info.dimIdentifiers)) {
    std::vector<std::string> sizes;
    for (const ShapeInfo &shape : info.shapes)
      sizes.push_back(std::to_string(shape.sizes[index]));
    os << "  size_t " << dim << "; /* of this run: " << alternatives(sizes) << " */\n";
  }
}

void writeStruct(raw_ostream &os, const ModelInfo &info, bool inputs) {
  StringRef kind = inputs ? "inputs" : "outputs";
  os << "typedef struct " << info.name << "_" << kind << " {\n";
  ArrayRef<IoInfo> list = listOf(info.shapes.front(), inputs);
  for (auto [index, io] : llvm::enumerate(list)) {
    os << "  " << (inputs ? "const " : "") << io.cType() << " *" << io.identifier << "; /* "
       << commentText(io.name) << ": " << io.typeName() << " " << extentsText(info, inputs, index);
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
  if (inputs)
    writeSizeMembers(os, info);
  if (list.empty() && !(inputs && (info.batch || !info.dims.empty())))
    os << "  const void *unused; /* C has no empty structures */\n";
  os << "} " << info.name << "_" << kind << ";\n\n";
}

bool hasSelftest(const ModelInfo &info) {
  return llvm::any_of(info.variants, [](const VariantInfo &variant) { return variant.selftest; });
}

void writeShapeSizes(raw_ostream &os, StringRef prefix, const ModelInfo &info) {
  os << "/* Bytes for each shape. */\n";
  for (const ShapeInfo &shape : info.shapes)
    for (bool inputs : {true, false})
      for (const IoInfo &io : listOf(shape, inputs))
        os << "#define " << prefix << (inputs ? "_INPUT_" : "_OUTPUT_") << io.identifier
           << "_BYTES_" << shape.name << " " << io.bytes() << "\n";
  os << "/* The shapes: at one place of these lists stand the sizes of one of them. */\n"
     << "#define " << prefix << "_SHAPES " << info.shapes.size() << "\n";
  for (auto [index, dim] : llvm::enumerate(info.dimIdentifiers)) {
    os << "#define " << prefix << "_SIZES_" << dim << " {";
    llvm::interleaveComma(info.shapes, os,
                          [&, index = index](const ShapeInfo &each) { os << each.sizes[index]; });
    os << "}\n";
  }
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
  os << "/* Bytes of the buffers" << (info.batch ? ", for one sample" : "")
     << (info.dims.empty() ? "" : ", enough for each shape") << ". */\n";
  for (bool inputs : {true, false})
    for (auto [index, io] : llvm::enumerate(listOf(info.shapes.front(), inputs))) {
      int64_t bytes = 0;
      for (const ShapeInfo &shape : info.shapes)
        bytes = std::max(bytes, listOf(shape, inputs)[index].bytes());
      os << "#define " << prefix << (inputs ? "_INPUT_" : "_OUTPUT_") << io.identifier << "_BYTES "
         << bytes << "\n";
    }
  if (!info.dims.empty())
    writeShapeSizes(os, prefix, info);
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
     << "   caller's rounding mode, which is kept.";
  if (!info.dims.empty())
    os << "\n   The model was compiled for the shapes that the sizes in inputs choose from; "
          "others\n"
       << "   are PITH_ERROR_SHAPE. One arena serves them all.";
  os << " */\n"
     << "int " << name << "_run(void *arena, const " << name << "_inputs *inputs, const " << name
     << "_outputs *outputs);\n\n"
     << "/* Runs the model on data of its own and compares a hash of every layer's result with\n"
     << "   what the compiler computed. Returns 0, or the number, from 1, of the first layer\n"
     << "   that differs";
  if (!hasSelftest(info))
    os << "; this model was compiled without, so: PITH_ERROR_NO_SELFTEST. */\n";
  else if (info.variants.size() > 1 || info.shapes.size() > 1)
    os << (info.variants.size() > 1 ? " of the variant" : "")
       << " (above its last: an output), or an error. The arena,\n"
       << "   initialised, has at least " << prefix << "_SELFTEST_ARENA_SIZE bytes. */\n";
  else
    os << " (above " << info.variants.front().codes.front().layers.size()
       << ": an output), or an error. The arena, initialised,\n"
       << "   has at least " << prefix << "_SELFTEST_ARENA_SIZE bytes. */\n";
  os << "int " << name << "_selftest(void *arena);\n\n"
     << "/* The text of " << name << ".manifest.json. */\n"
     << "const char *" << name << "_manifest(void);\n";
}

/// "f32 [1, 4], absent, u8 []"
std::string tensorsText(ArrayRef<Type> types) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(types, os, [&](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor) {
      os << "absent";
      return;
    }
    os << onnxTypeName(tensor.getElementType()) << " [";
    llvm::interleaveComma(tensor.getShape(), os);
    os << "]";
  });
  return text.empty() ? "nothing" : text;
}

/// The functions that the caller links, each behind the nodes that it computes.
void writeCustomFunctions(raw_ostream &os, const ModelInfo &info) {
  if (info.functions().empty())
    return;
  os << "/* Functions that the caller links: each is called for the nodes in front of it, in\n"
     << "   the thread that called " << info.name << "_run, and must compute the outputs from the "
     << "inputs and\n   the attributes, a JSON object, alone. */\n";
  for (const std::string &function : info.functions()) {
    llvm::StringSet<> seen; // shapes of one program have most of them in common
    for (const CodeInfo &code : info.variants.front().codes)
      for (const CustomNode &node : code.customNodes) {
        constexpr size_t shown = 200;
        bool isLong = node.attributes.size() > shown;
        std::string line = commentText(node.node) + ": " + tensorsText(node.inputs) + " -> " +
                           tensorsText(node.outputs) + "; " +
                           commentText(node.attributes.take_front(shown)) + (isLong ? "..." : "");
        if (node.symbol == function && seen.insert(line).second)
          os << "/* " << line << " */\n";
      }
    os << "void " << function << "(const pith_tensor *inputs, int32_t num_inputs,\n"
       << "    const pith_tensor *outputs, int32_t num_outputs, const char *attributes);\n\n";
  }
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

/// The numbers go on from shape to shape, over the outputs of each.
void writeLayers(raw_ostream &os, const ModelInfo &info) {
  for (const VariantInfo &variant : info.variants) {
    size_t number = 0;
    for (auto [code, shape] : llvm::zip_equal(variant.codes, info.shapes)) {
      if (!code.layers.empty())
        os << "   Layers" << (info.variants.size() > 1 ? " of " + commentText(variant.name) : "")
           << (shape.name.empty() ? "" : " at " + shape.name) << ", as counted by " << info.name
           << "_selftest:\n";
      for (DictionaryAttr layer : code.layers) {
        auto name = layer.getAs<StringAttr>("name");
        os << llvm::formatv("   {0,4}  {1}\n", ++number, commentText(name ? name.getValue() : ""));
      }
      number += shape.outputs.size();
    }
  }
}

/// The shapes by their names, which stand in identifiers and below.
void writeShapes(raw_ostream &os, const ModelInfo &info) {
  os << "   It is compiled for several shapes of its inputs, of which each run chooses one:\n";
  for (const ShapeInfo &shape : info.shapes) {
    os << "   - " << shape.name << ":";
    for (auto [index, dim] : llvm::enumerate(info.dims))
      os << (index ? ", " : " ") << commentText(dim) << " = " << shape.sizes[index];
    os << "\n";
  }
  os << "\n";
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
     << "   The object calls nothing but memcpy, memset and what the configuration points to"
     << (info.functions().empty() ? "" : ",\n   and the functions of custom operators below")
     << ".\n"
     << "   It allocates nothing and has no state: all memory is the arena and the buffers,\n"
     << "   which are the caller's. Any number of threads may run the model at the same time,\n"
     << "   each with an arena of its own.\n\n";
  if (several)
    writeVariants(os, info);
  if (!info.dims.empty())
    writeShapes(os, info);
  writeNeeds(os, info);
  writeLayers(os, info);
  os << "*/\n#ifndef PITH_MODEL_" << info.name << "_H\n#define PITH_MODEL_" << info.name << "_H\n"
     << "#include <stddef.h>\n#include <stdint.h>\n\n"
     << runtimeText("pith_types.h") << "\n";
  if (!info.functions().empty())
    os << runtimeText("pith_operators.h") << "\n";
  writeSizes(os, upper, info, weightsFile);
  os << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  writeStruct(os, info, /*inputs=*/true);
  writeStruct(os, info, /*inputs=*/false);
  writeCustomFunctions(os, info);
  writeFunctions(os, info, upper, weightsFile);
  os << "\n#ifdef __cplusplus\n}\n#endif\n#endif\n";
  return result;
}
