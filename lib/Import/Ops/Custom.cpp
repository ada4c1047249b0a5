// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Nodes of any domain as calls of C functions. No schema is known: types of the
// results are those of the model's value infos.
#include "lib/Import/Ops/Custom.h"
#include "dialects/Pith/PithExtern.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/Narrow.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include <charconv>
#include <cmath>

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// The text of a node's attributes.
class AttributeWriter {
public:
  explicit AttributeWriter(llvm::json::OStream &json) : json(json) {}

  /// False where JSON has nothing for it.
  bool write(Attribute value) {
    if (auto integer = dyn_cast<IntegerAttr>(value))
      json.value(integer.getInt());
    else if (auto number = dyn_cast<FloatAttr>(value))
      writeFloat(float(number.getValueAsDouble()));
    else if (auto text = dyn_cast<StringAttr>(value); text && llvm::json::isUTF8(text.getValue()))
      json.value(text.getValue());
    else if (auto integers = dyn_cast<DenseI64ArrayAttr>(value))
      json.array([&] { llvm::for_each(integers.asArrayRef(), [&](int64_t i) { json.value(i); }); });
    else if (auto numbers = dyn_cast<DenseF32ArrayAttr>(value))
      json.array([&] { llvm::for_each(numbers.asArrayRef(), [&](float f) { writeFloat(f); }); });
    else if (auto list = dyn_cast<ArrayAttr>(value))
      return writeList(list);
    else
      return false;
    return true;
  }

private:
  bool writeList(ArrayAttr list) {
    bool known = true;
    json.array([&] { llvm::for_each(list, [&](Attribute each) { known &= write(each); }); });
    return known;
  }

  /// The shortest digits that are read as this number. JSON lacks what is not finite.
  void writeFloat(float value) {
    if (!std::isfinite(value))
      return json.value(std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
    char text[32];
    auto end = std::to_chars(text, text + sizeof text, value).ptr;
    json.rawValue(StringRef(text, end - text));
  }

  llvm::json::OStream &json;
};

FailureOr<std::string> attributesOf(NodeConversion &node) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::json::OStream json(os);
  AttributeWriter writer(json);
  std::string refused;
  json.object([&] {
    for (NamedAttribute attribute : node.node.getNodeAttributes()) { // sorted by name
      StringRef name = attribute.getName();
      json.attributeBegin(llvm::json::fixUTF8(name));
      if (!llvm::json::isUTF8(name) || !writer.write(attribute.getValue())) {
        json.value(nullptr);
        refused = name.str();
      }
      json.attributeEnd();
    }
  });
  if (!refused.empty())
    return node.unsupported("expected integers, floats and strings in UTF-8 in the attributes of a "
                            "custom operator, got something else in '" +
                            refused + "'");
  return text;
}

/// The form in which a function is given an operand: bools are bytes.
Value toFunction(NodeConversion &node, Value value, Type elementType) {
  if (!elementType.isInteger(1))
    return value;
  return node.map(value, node.builder.getI8Type(),
                  [](OpBuilder &b, Location loc, ValueRange bits) -> Value {
                    return arith::ExtUIOp::create(b, loc, b.getI8Type(), bits[0]);
                  });
}

/// The reverse, whatever the function left in bits that the type lacks.
Value fromFunction(NodeConversion &node, Value value, Type elementType) {
  if (elementType.isInteger(1))
    return node.map(value, elementType, [](OpBuilder &b, Location loc, ValueRange bytes) -> Value {
      Value zero = arith::ConstantIntOp::create(b, loc, 0, 8);
      return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, bytes[0], zero);
    });
  if (!isSubByte(elementType))
    return value;
  return node.map(value, node.builder.getI8Type(),
                  [&](OpBuilder &b, Location loc, ValueRange bytes) {
                    Scalars s{b, loc};
                    return wrapCode(s, bytes[0], elementType);
                  });
}

/// The types of the results in memory, and ONNX's element types of all of them.
LogicalResult readResults(NodeConversion &node, SmallVectorImpl<Type> &stored,
                          SmallVectorImpl<Type> &elements) {
  for (unsigned index = 0; index < node.numResults(); ++index) {
    Type type = node.node->getResult(index).getType();
    if (isa<NoneType>(type)) {
      elements.push_back(type);
      continue;
    }
    auto tensor = dyn_cast<RankedTensorType>(type);
    std::string name = ("its output '" + node.node.getResultName(index) + "'").str();
    if (!tensor || !tensor.hasStaticShape()) {
      std::string found = "no tensor type";
      if (tensor)
        llvm::raw_string_ostream(found = "") << tensor;
      return node.invalid("expected the model to state type and shape of " + name + ", got " +
                              found,
                          "pith cannot know what a custom operator makes: add them to the "
                          "value_info of the graph or function that has the node, or bind what is "
                          "open by --dim");
    }
    Type storage = externStorage(tensor.getElementType());
    if (!storage)
      return node.unsupported("expected numbers that C can be given in " + name);
    elements.push_back(tensor.getElementType());
    stored.push_back(tensor.clone(storage));
  }
  if (stored.empty())
    return node.unsupported("expected at least one output");
  return success();
}

} // namespace

LogicalResult import::convertCustom(NodeConversion &node, StringRef symbol) {
  if (node.node.getNumRegions())
    return node.unsupported("expected no graphs in the attributes of a custom operator");
  if (node.numOperands() + node.numResults() > mostExternTensors)
    return node.unsupported("expected at most " + Twine(mostExternTensors) +
                            " inputs and outputs of a custom operator, got " +
                            Twine(node.numOperands() + node.numResults()));
  SmallVector<Type> stored, results, types;
  FailureOr<std::string> attributes = attributesOf(node);
  if (failed(attributes) || failed(readResults(node, stored, results)))
    return failure();
  SmallVector<Value> operands;
  for (unsigned index = 0; index < node.numOperands(); ++index) {
    if (!node.operand(index)) {
      types.push_back(node.builder.getNoneType());
      continue;
    }
    types.push_back(node.onnxElement(index));
    operands.push_back(toFunction(node, node.operand(index), types.back()));
  }
  auto call = ExternOp::create(node.builder, node.loc, stored, symbol, *attributes, operands,
                               node.builder.getTypeArrayAttr(types),
                               node.builder.getTypeArrayAttr(results));
  SmallVector<Converted> converted;
  auto next = call.getOutputs().begin();
  for (Type element : results)
    converted.push_back(isa<NoneType>(element)
                            ? Converted{}
                            : Converted{fromFunction(node, *next++, element), element});
  return node.replace(converted);
}
