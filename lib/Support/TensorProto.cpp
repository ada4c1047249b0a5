// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ONNX tensors in files of their own, as test data sets have them.
#include "pith/Support/Arrays.h"
#include <onnx/onnx_pb.h>

using namespace pith;
using llvm::createStringError;

static std::optional<ElementType> typeOf(int32_t type) {
  using Proto = onnx::TensorProto;
  switch (type) {
  case Proto::FLOAT:
    return ElementType::F32;
  case Proto::UINT8:
    return ElementType::U8;
  case Proto::INT8:
    return ElementType::I8;
  case Proto::UINT16:
    return ElementType::U16;
  case Proto::INT16:
    return ElementType::I16;
  case Proto::INT32:
    return ElementType::I32;
  case Proto::INT64:
    return ElementType::I64;
  case Proto::BOOL:
    return ElementType::Bool;
  case Proto::FLOAT16:
    return ElementType::F16;
  case Proto::DOUBLE:
    return ElementType::F64;
  case Proto::UINT32:
    return ElementType::U32;
  case Proto::UINT64:
    return ElementType::U64;
  case Proto::BFLOAT16:
    return ElementType::BF16;
  case Proto::INT4:
    return ElementType::I4;
  case Proto::UINT4:
    return ElementType::U4;
  case Proto::INT2:
    return ElementType::I2;
  case Proto::UINT2:
    return ElementType::U2;
  case Proto::FLOAT8E4M3FN:
    return ElementType::F8E4M3FN;
  case Proto::FLOAT8E4M3FNUZ:
    return ElementType::F8E4M3FNUZ;
  case Proto::FLOAT8E5M2:
    return ElementType::F8E5M2;
  case Proto::FLOAT8E5M2FNUZ:
    return ElementType::F8E5M2FNUZ;
  case Proto::FLOAT4E2M1:
    return ElementType::F4E2M1FN;
  case Proto::FLOAT8E8M0:
    return ElementType::F8E8M0FNU;
  default:
    return std::nullopt;
  }
}

/// Narrows each number of a repeated field to the element's width.
template <typename Field> static void copyField(const Field &field, Array &array) {
  size_t width = byteWidth(array.type);
  for (int i = 0; i < field.size(); ++i) {
    auto value = field.Get(i);
    std::memcpy(&array.data[i * width], &value, width); // little-endian
  }
}

static bool copyNumbers(const onnx::TensorProto &proto, Array &array, uint64_t count) {
  auto copy = [&](const auto &field) {
    if (uint64_t(field.size()) != count)
      return false;
    copyField(field, array);
    return true;
  };
  switch (array.type) {
  case ElementType::F32:
    return copy(proto.float_data());
  case ElementType::F64:
    return copy(proto.double_data());
  case ElementType::I64:
    return copy(proto.int64_data());
  case ElementType::U32:
  case ElementType::U64:
    return copy(proto.uint64_data());
  default:
    return copy(proto.int32_data());
  }
}

/// Codes of less than a byte, the first in the lowest bits, to a byte each.
static void unpack(llvm::ArrayRef<char> packed, Array &array) {
  unsigned width = bitWidth(array.type), perByte = 8 / width;
  bool isSigned = array.type == ElementType::I4 || array.type == ElementType::I2;
  for (size_t i = 0; i < array.data.size(); ++i) {
    // To the top of the byte, and back down with or without the sign.
    auto top = uint8_t(uint8_t(packed[i / perByte]) << (8 - width * (i % perByte + 1)));
    array.data[i] = isSigned ? char(int8_t(top) >> (8 - width)) : char(top >> (8 - width));
  }
}

static llvm::Expected<Array> parse(llvm::StringRef bytes, llvm::StringRef place,
                                   const ArrayLimits &limits) {
  auto fail = [&](const llvm::Twine &what) {
    return createStringError("'" + place + "': " + what);
  };
  onnx::TensorProto proto;
  if (bytes.size() > limits.bytes || bytes.size() > INT32_MAX ||
      !proto.ParseFromArray(bytes.data(), int(bytes.size())))
    return fail("expected a tensor in ONNX's format");
  std::optional<ElementType> type = typeOf(proto.data_type());
  if (!type)
    return fail("unsupported element type " + llvm::Twine(proto.data_type()));
  if (proto.data_location() == onnx::TensorProto::EXTERNAL)
    return fail("expected the data in the file itself");
  Array array;
  array.name = proto.name();
  array.type = *type;
  array.shape.assign(proto.dims().begin(), proto.dims().end());
  std::optional<uint64_t> size = checkedBytes(*type, array.shape, limits);
  if (!size)
    return fail("the shape exceeds the limits");
  // Numbers take at least a quarter of a byte each, so this bounds what is allocated.
  unsigned perByte = bitWidth(*type) < 8 ? 8 / bitWidth(*type) : 1;
  if (*size / byteWidth(*type) / perByte > bytes.size())
    return fail("the data is shorter than the shape");
  array.data.resize(*size);
  if (perByte > 1) {
    std::string packed = proto.raw_data();
    if (!proto.has_raw_data())
      packed.assign(proto.int32_data().begin(), proto.int32_data().end());
    if (packed.size() != (*size + perByte - 1) / perByte)
      return fail("expected " + llvm::Twine((*size + perByte - 1) / perByte) +
                  " bytes of packed data, got " + llvm::Twine(packed.size()));
    unpack(packed, array);
  } else if (proto.has_raw_data()) {
    if (proto.raw_data().size() != *size)
      return fail("expected " + llvm::Twine(*size) + " bytes of data, got " +
                  llvm::Twine(proto.raw_data().size()));
    std::copy(proto.raw_data().begin(), proto.raw_data().end(), array.data.begin());
  } else if (!copyNumbers(proto, array, *size / byteWidth(*type))) {
    return fail("the data does not have the shape's number of elements");
  }
  return array;
}

llvm::Expected<Array> pith::parseTensorProto(llvm::StringRef bytes, llvm::StringRef place,
                                             const ArrayLimits &limits) {
  try {
    return parse(bytes, place, limits);
  } catch (const std::exception &error) { // protobuf throws on failed allocations
    return createStringError("'" + place + "': " + error.what());
  }
}
