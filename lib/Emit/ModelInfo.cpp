// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Emit/ModelInfo.h"
#include "dialects/Pith/PithExtern.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Emit/EntryModel.h"
#include "pith/Target/ModuleTarget.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include <set>

using namespace mlir;
using namespace pith;

namespace {

/// An identifier of C for an ONNX name: other characters become '_'.
std::string identifierFor(StringRef name, llvm::StringSet<> &used) {
  std::string base;
  for (char c : name)
    base += llvm::isAlnum(c) ? c : '_';
  // Names with a leading underscore belong to the implementation.
  base.erase(0, std::min(base.find_first_not_of('_'), base.size()));
  // `batch` is a member of its own.
  if (base.empty() || llvm::isDigit(base[0]) || isReservedWord(base) || base == "batch")
    base = "x_" + base;
  std::string unique = base;
  for (unsigned i = 2; !used.insert(unique).second; ++i)
    unique = base + "_" + std::to_string(i);
  return unique;
}

LogicalResult readIo(ModuleOp module, StringRef attribute, bool batched,
                     SmallVectorImpl<IoInfo> &result) {
  auto list = module->getAttrOfType<ArrayAttr>(attribute);
  if (!list)
    return module.emitError() << "expected the attribute '" << attribute << "'";
  llvm::StringSet<> used;
  for (Attribute entry : list) {
    auto dict = dyn_cast<DictionaryAttr>(entry);
    auto name = dict ? dict.getAs<StringAttr>("name") : StringAttr();
    auto type = dict ? dict.getAs<TypeAttr>("type") : TypeAttr();
    auto shape = dict ? dict.getAs<DenseI64ArrayAttr>("shape") : DenseI64ArrayAttr();
    if (!name || !type || !shape)
      return module.emitError() << "expected name, type and shape in '" << attribute << "', got "
                                << entry;
    IoInfo &io = result.emplace_back();
    io.name = name.getValue();
    io.identifier = identifierFor(io.name, used);
    io.type = type.getValue();
    io.shape.assign(shape.asArrayRef().begin(), shape.asArrayRef().end());
    io.codes = dict.getAs<CodesAttr>("codes");
    auto flag = dict.getAs<BoolAttr>("batched");
    io.batched = batched && (!flag || flag.getValue());
    if (io.cType().empty())
      return module.emitError() << "'" << io.name << "' has element type " << io.type
                                << ", which has no counterpart in C";
    int64_t bytes = io.width();
    for (int64_t extent : io.shape)
      if (extent < 0 || __builtin_mul_overflow(bytes, extent, &bytes))
        return module.emitError() << "'" << io.name << "' is too large or of unknown shape";
  }
  return success();
}

LogicalResult readSize(ModuleOp module, StringRef attribute, int64_t &value) {
  if (auto integer = module->getAttrOfType<IntegerAttr>(attribute))
    value = integer.getInt();
  // Far below overflow in the sums that follow.
  if (value < 0 || value > int64_t(1) << 46)
    return module.emitError() << "'" << attribute << "' is out of range";
  return success();
}

LogicalResult readWeights(ModuleOp module, ModelInfo &info) {
  auto table = module->getAttrOfType<ArrayAttr>("pith.weight_table");
  if (!table)
    return success();
  for (Attribute entry : table) {
    auto pair = dyn_cast<ArrayAttr>(entry);
    auto offset = pair && pair.size() == 2 ? dyn_cast<IntegerAttr>(pair[0]) : IntegerAttr();
    if (!offset)
      return module.emitError() << "expected [offset, value] in 'pith.weight_table', got " << entry;
    info.weightTable.emplace_back(offset.getInt(), pair[1]);
  }
  return success();
}

LogicalResult readPrograms(ModuleOp module, ModelInfo &info) {
  auto list = [&](StringRef name) {
    auto attribute = module->getAttrOfType<ArrayAttr>(name);
    return attribute ? attribute.getValue() : ArrayRef<Attribute>();
  };
  for (Attribute entry : list(programsAttrName)) {
    auto dict = dyn_cast<DictionaryAttr>(entry);
    auto name = dict ? dict.getAs<StringAttr>("name") : StringAttr();
    auto bytes = dict ? dict.getAs<DenseI8ArrayAttr>("bytes") : DenseI8ArrayAttr();
    if (!name || !bytes)
      return module.emitError() << "expected name and bytes in '" << programsAttrName << "', got "
                                << entry;
    info.programs.push_back({name.getValue(), bytes.asArrayRef()});
  }
  for (Attribute entry : list(spacesAttrName))
    if (auto dict = dyn_cast<DictionaryAttr>(entry))
      info.spaces.push_back(dict);
  return success();
}

bool isIdentifier(StringRef name) {
  return !name.empty() && !llvm::isDigit(name[0]) &&
         llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

} // namespace

int64_t IoInfo::width() const { return llvm::divideCeil(type.getIntOrFloatBitWidth(), 8); }

int64_t IoInfo::bytes() const {
  int64_t bytes = width();
  for (int64_t extent : shape)
    bytes *= extent;
  return bytes;
}

StringRef IoInfo::cType() const {
  if (type.isF32())
    return "float";
  if (type.isF64())
    return "double";
  if (type.isF16() || type.isBF16())
    return "uint16_t";
  if (isa<FloatType>(type) && type.getIntOrFloatBitWidth() <= 8)
    return "uint8_t";
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return "";
  switch (integer.getWidth()) {
  case 1:
    return "uint8_t";
  case 2: // a byte each
  case 4:
  case 8:
    return integer.isUnsigned() ? "uint8_t" : "int8_t";
  case 16:
    return integer.isUnsigned() ? "uint16_t" : "int16_t";
  case 32:
    return integer.isUnsigned() ? "uint32_t" : "int32_t";
  case 64:
    return integer.isUnsigned() ? "uint64_t" : "int64_t";
  default:
    return "";
  }
}

std::string pith::onnxTypeName(Type type) {
  if (type.isInteger(1))
    return "bool";
  auto integer = dyn_cast<IntegerType>(type);
  std::string name;
  llvm::raw_string_ostream os(name);
  if (integer)
    os << (integer.isUnsigned() ? "u" : "i") << integer.getWidth();
  else
    os << type;
  return name;
}

/// Of a layer that has a function of the caller.
static LogicalResult readCustomNode(ModuleOp module, DictionaryAttr layer,
                                    std::vector<CustomNode> &nodes) {
  auto function = layer.getAs<DictionaryAttr>("extern");
  if (!function)
    return success();
  auto name = layer.getAs<StringAttr>("name"), symbol = function.getAs<StringAttr>("symbol"),
       attributes = function.getAs<StringAttr>("attributes");
  CustomNode node;
  bool valid = name && symbol && attributes && symbolRefusal(symbol.getValue()).empty();
  for (auto [key, types] :
       {std::pair("inputs", &node.inputs), std::pair("outputs", &node.outputs)}) {
    auto list = function.getAs<ArrayAttr>(key);
    valid &= bool(list);
    for (Attribute each : list ? list.getValue() : ArrayRef<Attribute>()) {
      auto type = dyn_cast<TypeAttr>(each);
      valid &= type && isa<NoneType, RankedTensorType>(type.getValue());
      types->push_back(type ? type.getValue() : Type());
    }
  }
  if (!valid)
    return module.emitError() << "expected symbol, attributes, inputs and outputs of a C function "
                                 "in 'pith.layers', got "
                              << function;
  node.node = name.getValue();
  node.symbol = symbol.getValue();
  node.attributes = attributes.getValue();
  nodes.push_back(node);
  return success();
}

FailureOr<CodeInfo> CodeInfo::read(ModuleOp module) {
  CodeInfo code;
  code.module = module;
  if (failed(readSize(module, "pith.arena", code.arena)) ||
      failed(readSize(module, "pith.scratch", code.scratch)))
    return failure();
  code.arena = roundUp64(code.arena);
  if (auto bound = module->getAttrOfType<IntegerAttr>("pith.arena_lower_bound"))
    code.arenaLowerBound = bound.getInt();
  if (code.scratch % 64)
    return module.emitError("'pith.scratch' is not a multiple of 64");
  if (auto layers = module->getAttrOfType<ArrayAttr>("pith.layers"))
    for (Attribute layer : layers) {
      auto dict = dyn_cast<DictionaryAttr>(layer);
      if (!dict)
        return module.emitError() << "expected dictionaries in 'pith.layers', got " << layer;
      code.layers.push_back(dict);
      if (failed(readCustomNode(module, dict, code.customNodes)))
        return failure();
    }
  return code;
}

FailureOr<VariantInfo> VariantInfo::read(ArrayRef<ModuleOp> programs) {
  VariantInfo variant;
  ModuleOp first = programs.front();
  variant.target = first->getAttrOfType<TargetAttr>(targetAttrName);
  if (!variant.target)
    return first.emitError("expected the attribute 'pith.target'");
  auto parent = first->getParentOfType<ModuleOp>();
  bool named = parent && parent->hasAttr(targetsAttrName);
  variant.name = named ? first.getName()->str() : variantName(variant.target);
  for (ModuleOp program : programs) {
    FailureOr<CodeInfo> code = CodeInfo::read(program);
    if (failed(code))
      return failure();
    variant.codes.push_back(*code);
  }
  return variant;
}

int64_t VariantInfo::arena() const {
  int64_t bytes = 0;
  for (const CodeInfo &code : codes)
    bytes = std::max(bytes, code.arena);
  return bytes;
}

int64_t VariantInfo::scratch() const {
  int64_t bytes = 0;
  for (const CodeInfo &code : codes)
    bytes = std::max(bytes, code.scratch);
  return bytes;
}

/// What all programs have in common, those of one shape in their inputs and outputs too.
static LogicalResult checkSame(ModuleOp program, ModuleOp first, ArrayRef<StringRef> attributes) {
  for (StringRef same : attributes)
    if (program->getAttr(same) != first->getAttr(same))
      return program.emitError() << "expected the attribute '" << same << "' of all variants, "
                                 << first->getAttr(same);
  return success();
}

/// Shapes differ in the sizes of inputs and outputs alone.
static LogicalResult checkAlike(ArrayRef<IoInfo> list, ArrayRef<IoInfo> first, ModuleOp module) {
  auto alike = [](const IoInfo &a, const IoInfo &b) {
    return a.name == b.name && a.type == b.type && a.codes == b.codes && a.batched == b.batched;
  };
  if (list.size() == first.size() && llvm::all_of_zip(list, first, alike))
    return success();
  return module.emitError("expected inputs and outputs that differ from those of the other "
                          "shapes in their sizes alone");
}

LogicalResult ModelInfo::readShapes(ModuleOp module, ArrayRef<ModuleOp> programs) {
  auto list = module->getAttrOfType<ArrayAttr>(shapesAttrName);
  for (auto [index, program] : llvm::enumerate(programs)) {
    ShapeInfo &shape = shapes.emplace_back();
    if (failed(readIo(program, "pith.inputs", bool(batch), shape.inputs)) ||
        failed(readIo(program, "pith.outputs", bool(batch), shape.outputs)) ||
        failed(checkAlike(shape.inputs, shapes.front().inputs, program)) ||
        failed(checkAlike(shape.outputs, shapes.front().outputs, program)))
      return failure();
    if (!list)
      continue;
    ModuleOp named = program;
    while (named->getParentOfType<ModuleOp>() != module)
      named = named->getParentOfType<ModuleOp>();
    shape.name = named.getName()->str();
    if (!llvm::all_of(shape.name, [](char c) { return llvm::isAlnum(c) || c == '_'; }))
      return named.emitError() << "expected the name of a shape to be part of identifiers of C";
    for (NamedAttribute dim : cast<DictionaryAttr>(list[index])) {
      if (!index)
        dims.push_back(dim.getName().str());
      shape.sizes.push_back(cast<IntegerAttr>(dim.getValue()).getInt());
    }
  }
  llvm::StringSet<> used;
  for (const IoInfo &input : shapes.front().inputs)
    used.insert(input.identifier);
  for (StringRef dim : dims) // `batch` is kept for a batch of any size
    dimIdentifiers.push_back(
        dim == "batch" && !batch && used.insert(dim).second ? dim.str() : identifierFor(dim, used));
  return success();
}

FailureOr<ModelInfo> ModelInfo::read(ModuleOp module) {
  ModelInfo info;
  auto name = module->getAttrOfType<StringAttr>("pith.model");
  if (!name || !isIdentifier(name.getValue()))
    return module.emitError("expected the attribute 'pith.model', an identifier of C");
  info.name = name.getValue();
  if (auto hash = module->getAttrOfType<StringAttr>("pith.model_hash"))
    info.hash = hash.getValue();
  if (auto hash = module->getAttrOfType<StringAttr>("pith.tuning_hash"))
    info.tuningHash = hash.getValue();
  info.options = module->getAttrOfType<DictionaryAttr>("pith.options");
  auto variants = programsOf(module);
  if (failed(variants))
    return failure();
  ModuleOp first = variants->front().front();
  info.batch = first->getAttrOfType<BatchAttr>("pith.batch");
  for (ArrayRef<ModuleOp> programs : *variants) {
    FailureOr<VariantInfo> variant = VariantInfo::read(programs);
    if (failed(variant))
      return failure();
    info.variants.push_back(*variant);
    for (auto [program, ofShape] : llvm::zip_equal(programs, variants->front()))
      if (failed(readSize(program, "pith.weights", info.weights)) ||
          failed(readWeights(program, info)) ||
          failed(checkSame(program, first, {"pith.batch", "pith.weights", programsAttrName})) ||
          failed(checkSame(program, ofShape, {"pith.inputs", "pith.outputs"})))
        return failure();
  }
  if (failed(info.readShapes(module, variants->front())) || failed(readPrograms(first, info)))
    return failure();
  for (StringRef symbol : info.functions())
    if (symbol.starts_with(info.name + "_") ||
        symbol.starts_with(StringRef(info.name).upper() + "_")) {
      InFlightDiagnostic error = module.emitError();
      error << "the C function '" << symbol << "' has a name that the header of '" << info.name
            << "' uses";
      error.attachNote() << "give the model another name: --name";
      return error;
    }
  // At one place stands one constant, of all programs that share it.
  llvm::sort(info.weightTable,
             [](const auto &left, const auto &right) { return left.first < right.first; });
  return info;
}

std::vector<std::string> ModelInfo::functions() const {
  std::set<std::string> names;
  for (const VariantInfo &variant : variants)
    for (const CodeInfo &code : variant.codes)
      for (const CustomNode &node : code.customNodes)
        names.insert(node.symbol.str());
  return {names.begin(), names.end()};
}

ModelInfo ModelInfo::only(const VariantInfo &variant) const {
  ModelInfo info = *this;
  info.variants = {variant};
  return info;
}

int64_t ModelInfo::arena() const {
  int64_t bytes = 0;
  for (const VariantInfo &variant : variants)
    bytes = std::max(bytes, variant.arena());
  return bytes;
}

int64_t ModelInfo::scratch() const {
  int64_t bytes = 0;
  for (const VariantInfo &variant : variants)
    bytes = std::max(bytes, variant.scratch());
  return bytes;
}

int64_t ModelInfo::programOffset() const {
  return ENTRY_HEADER_BYTES + roundUp64(8 * int64_t(numInputs() + numOutputs())) +
         roundUp64(8 * int64_t(programs.size()));
}

int64_t ModelInfo::arenaBytes() const { return programOffset() + arena() + scratch(); }

int64_t ModelInfo::hashes(const VariantInfo &variant) const {
  int64_t count = 0;
  for (const CodeInfo &code : variant.codes)
    count += code.layers.size() + numOutputs();
  return count;
}

int64_t ModelInfo::selftestBytes() const {
  int64_t table = 0, buffers = 0;
  for (const VariantInfo &variant : variants)
    table = std::max(table, roundUp64(8 * hashes(variant)));
  for (const ShapeInfo &shape : shapes) {
    int64_t bytes = 0;
    for (const SmallVector<IoInfo> *list : {&shape.inputs, &shape.outputs})
      for (const IoInfo &io : *list)
        bytes += roundUp64(io.bytes());
    buffers = std::max(buffers, bytes);
  }
  return table + buffers;
}
