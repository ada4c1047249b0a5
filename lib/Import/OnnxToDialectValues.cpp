// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors and attributes of ONNX as attributes of MLIR, and back.
#include "dialects/Pith/ConstantManager.h"
#include "dialects/Pith/PithAttrs.h"
#include "lib/Import/OnnxToDialect.h"

using namespace mlir;
using ::onnx::AttributeProto;
using ::onnx::TensorProto;

namespace pith::reader {

TypedAttr makeLargeConstant(RankedTensorType type, const Bytes &bytes) {
  auto &manager = ConstantManager::of(type.getContext());
  return ConstantAttr::get(type, manager.store(type, bytes.data, bytes.owner));
}

TypedAttr importTensor(const TensorProto &tensor, const Weights &weights, StringRef what,
                       MLIRContext *context) {
  Type element = importElementType(tensor.data_type(), context);
  if (!element)
    refuse(what + ": element type " + Twine(tensor.data_type()) +
               " is not one that ONNX 1.23 defines",
           "export the model with a supported element type");
  auto type = RankedTensorType::get(ArrayRef(tensor.dims().data(), tensor.dims().size()), element);
  if (tensor.data_type() == TensorProto::STRING) {
    SmallVector<StringRef> strings(tensor.string_data().begin(), tensor.string_data().end());
    return DenseStringElementsAttr::get(type, strings);
  }
  if (const Bytes *blob = weights.find(tensor)) {
    if (staysPacked(tensor.data_type())) {
      std::string codes = unpackElements(tensor.data_type(), type.getNumElements(), blob->data);
      return DenseElementsAttr::getFromRawBuffer(type, ArrayRef(codes.data(), codes.size()));
    }
    if (isa<ComplexType>(element))
      return DenseElementsAttr::getFromRawBuffer(type, blob->data);
    return makeLargeConstant(type, *blob);
  }
  std::string bytes = elementBytes(tensor, what);
  if (tensor.data_type() == TensorProto::BOOL) {
    SmallVector<bool> bools(bytes.begin(), bytes.end());
    return DenseElementsAttr::get(type, ArrayRef<bool>(bools));
  }
  return DenseElementsAttr::getFromRawBuffer(type, ArrayRef(bytes.data(), bytes.size()));
}

Attribute importAttribute(const AttributeProto &attribute, const Weights &weights, StringRef owner,
                          MLIRContext *context) {
  Builder builder(context);
  std::string what = ("attribute '" + attribute.name() + "' of " + owner).str();
  if (!attribute.ref_attr_name().empty())
    refuse(what + " refers to '" + attribute.ref_attr_name() + "' outside of a function",
           "give the attribute a value");
  switch (attribute.type()) {
  case AttributeProto::INT:
    return builder.getI64IntegerAttr(attribute.i());
  case AttributeProto::FLOAT:
    return builder.getF32FloatAttr(attribute.f());
  case AttributeProto::STRING:
    return builder.getStringAttr(attribute.s());
  case AttributeProto::INTS:
    return builder.getDenseI64ArrayAttr(ArrayRef(attribute.ints().data(), attribute.ints().size()));
  case AttributeProto::FLOATS:
    return builder.getDenseF32ArrayAttr(
        ArrayRef(attribute.floats().data(), attribute.floats().size()));
  case AttributeProto::STRINGS: {
    SmallVector<Attribute> strings;
    for (const std::string &text : attribute.strings())
      strings.push_back(builder.getStringAttr(text));
    return builder.getArrayAttr(strings);
  }
  case AttributeProto::TENSOR:
    return importTensor(attribute.t(), weights, what, context);
  case AttributeProto::TENSORS: {
    SmallVector<Attribute> tensors;
    for (const TensorProto &tensor : attribute.tensors())
      tensors.push_back(importTensor(tensor, weights, what, context));
    return builder.getArrayAttr(tensors);
  }
  case AttributeProto::TYPE_PROTO:
    return TypeAttr::get(importType(attribute.tp(), what, context));
  default:
    refuse(what + " is of kind " + AttributeProto::AttributeType_Name(attribute.type()) +
               ", which is not supported",
           "export the model without it");
  }
}

namespace {
bool exportTensor(ElementsAttr value, TensorProto &tensor) {
  auto dense = dyn_cast<DenseElementsAttr>(value);
  proto::TypeProto type = exportType(value.getType());
  if (!dense || !type.has_tensor_type())
    return false;
  for (int64_t size : dense.getType().getShape())
    tensor.add_dims(size);
  tensor.set_data_type(type.tensor_type().elem_type());
  if (auto strings = dyn_cast<DenseStringElementsAttr>(value)) {
    for (StringRef text : strings.getValues<StringRef>())
      tensor.add_string_data(text.str());
    return true;
  }
  std::optional<int64_t> bits = elementBits(tensor.data_type());
  if (tensor.data_type() == TensorProto::BOOL) {
    for (bool element : dense.getValues<bool>())
      tensor.add_int32_data(element);
    return true;
  }
  if (*bits < 8)
    return false;
  std::string bytes;
  ArrayRef<char> raw = dense.getRawData();
  int64_t copies = dense.isSplat() ? dense.getNumElements() : 1;
  for (int64_t i = 0; i < copies; ++i)
    bytes.append(raw.begin(), raw.end());
  if (dense.getNumElements())
    tensor.set_raw_data(std::move(bytes));
  return true;
}
} // namespace

bool exportAttribute(StringRef name, Attribute value, AttributeProto &attribute) {
  attribute.set_name(name.str());
  if (auto integer = dyn_cast<IntegerAttr>(value)) {
    attribute.set_type(AttributeProto::INT);
    attribute.set_i(integer.getInt());
  } else if (auto real = dyn_cast<FloatAttr>(value)) {
    attribute.set_type(AttributeProto::FLOAT);
    attribute.set_f(static_cast<float>(real.getValueAsDouble()));
  } else if (auto text = dyn_cast<StringAttr>(value)) {
    attribute.set_type(AttributeProto::STRING);
    attribute.set_s(text.str());
  } else if (auto integers = dyn_cast<DenseI64ArrayAttr>(value)) {
    attribute.set_type(AttributeProto::INTS);
    for (int64_t integer : integers.asArrayRef())
      attribute.add_ints(integer);
  } else if (auto reals = dyn_cast<DenseF32ArrayAttr>(value)) {
    attribute.set_type(AttributeProto::FLOATS);
    for (float real : reals.asArrayRef())
      attribute.add_floats(real);
  } else if (auto list = dyn_cast<ArrayAttr>(value);
             list && llvm::all_of(list, llvm::IsaPred<StringAttr>)) {
    attribute.set_type(AttributeProto::STRINGS);
    for (Attribute text : list)
      attribute.add_strings(cast<StringAttr>(text).str());
  } else if (auto elements = dyn_cast<ElementsAttr>(value)) {
    attribute.set_type(AttributeProto::TENSOR);
    return exportTensor(elements, *attribute.mutable_t());
  } else if (auto type = dyn_cast<TypeAttr>(value)) {
    attribute.set_type(AttributeProto::TYPE_PROTO);
    *attribute.mutable_tp() = exportType(type.getValue());
    return attribute.tp().has_tensor_type();
  } else {
    return false;
  }
  return true;
}

} // namespace pith::reader
