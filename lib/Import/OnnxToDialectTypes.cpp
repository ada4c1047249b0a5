// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Types of ONNX as types of MLIR, and back.
#include "lib/Import/OnnxToDialect.h"
#include "onnx/defs/data_type_utils.h"

using namespace mlir;
using ::onnx::TensorProto;
using ::onnx::TypeProto;

namespace pith::reader {

static Type integer(MLIRContext *context, unsigned width, bool isUnsigned) {
  return IntegerType::get(context, width,
                          isUnsigned ? IntegerType::Unsigned : IntegerType::Signless);
}

Type importElementType(int32_t type, MLIRContext *context) {
  switch (type) {
  case TensorProto::BOOL:
    return integer(context, 1, false);
  case TensorProto::INT2:
  case TensorProto::UINT2:
    return integer(context, 2, type == TensorProto::UINT2);
  case TensorProto::INT4:
  case TensorProto::UINT4:
    return integer(context, 4, type == TensorProto::UINT4);
  case TensorProto::INT8:
  case TensorProto::UINT8:
    return integer(context, 8, type == TensorProto::UINT8);
  case TensorProto::INT16:
  case TensorProto::UINT16:
    return integer(context, 16, type == TensorProto::UINT16);
  case TensorProto::INT32:
  case TensorProto::UINT32:
    return integer(context, 32, type == TensorProto::UINT32);
  case TensorProto::INT64:
  case TensorProto::UINT64:
    return integer(context, 64, type == TensorProto::UINT64);
  case TensorProto::FLOAT16:
    return Float16Type::get(context);
  case TensorProto::BFLOAT16:
    return BFloat16Type::get(context);
  case TensorProto::FLOAT:
    return Float32Type::get(context);
  case TensorProto::DOUBLE:
    return Float64Type::get(context);
  case TensorProto::FLOAT8E4M3FN:
    return Float8E4M3FNType::get(context);
  case TensorProto::FLOAT8E4M3FNUZ:
    return Float8E4M3FNUZType::get(context);
  case TensorProto::FLOAT8E5M2:
    return Float8E5M2Type::get(context);
  case TensorProto::FLOAT8E5M2FNUZ:
    return Float8E5M2FNUZType::get(context);
  case TensorProto::FLOAT8E8M0:
    return Float8E8M0FNUType::get(context);
  case TensorProto::FLOAT6E2M3:
    return Float6E2M3FNType::get(context);
  case TensorProto::FLOAT6E3M2:
    return Float6E3M2FNType::get(context);
  case TensorProto::FLOAT4E2M1:
    return Float4E2M1FNType::get(context);
  case TensorProto::COMPLEX64:
    return ComplexType::get(Float32Type::get(context));
  case TensorProto::COMPLEX128:
    return ComplexType::get(Float64Type::get(context));
  case TensorProto::STRING:
    return onnx::OpaqueType::getString(context);
  default:
    return Type();
  }
}

Type importType(const TypeProto &type, StringRef what, MLIRContext *context) {
  if (type.value_case() == TypeProto::VALUE_NOT_SET)
    return onnx::OpaqueType::getUnknown(context);
  if (!type.has_tensor_type()) {
    auto text = ::onnx::Utils::DataTypeUtils::ToType(type);
    return onnx::OpaqueType::get(context, *text);
  }
  Type element = importElementType(type.tensor_type().elem_type(), context);
  if (!element)
    return onnx::OpaqueType::getUnknown(context);
  if (!type.tensor_type().has_shape())
    return UnrankedTensorType::get(element);
  checkShape(type, what, ImportLimits());
  SmallVector<int64_t> shape;
  for (const auto &dim : type.tensor_type().shape().dim())
    shape.push_back(dim.has_dim_value() && dim.dim_value() >= 0 ? dim.dim_value()
                                                                : ShapedType::kDynamic);
  return RankedTensorType::get(shape, element);
}

TypeProto exportType(Type type) {
  TypeProto result;
  auto tensor = dyn_cast<TensorType>(type);
  if (!tensor)
    return result;
  for (int32_t code = 1; proto::TensorProto::DataType_IsValid(code); ++code)
    if (importElementType(code, type.getContext()) == tensor.getElementType())
      result.mutable_tensor_type()->set_elem_type(code);
  if (!result.has_tensor_type() || !tensor.hasRank())
    return result;
  auto *shape = result.mutable_tensor_type()->mutable_shape();
  for (int64_t size : tensor.getShape())
    if (ShapedType::isDynamic(size))
      shape->add_dim();
    else
      shape->add_dim()->set_dim_value(size);
  return result;
}

} // namespace pith::reader
