// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes and bytes of tensors, whichever of its fields ONNX stores them in.
#include "lib/Import/OnnxFileModel.h"
#include "onnx/defs/parser.h"
#include <cstring>

using namespace onnx;

namespace pith::reader {

std::optional<int64_t> elementBits(int32_t type) {
  switch (type) {
  case TensorProto::INT2:
  case TensorProto::UINT2:
    return 2;
  case TensorProto::INT4:
  case TensorProto::UINT4:
  case TensorProto::FLOAT4E2M1:
    return 4;
  case TensorProto::FLOAT6E2M3:
  case TensorProto::FLOAT6E3M2:
    return 6;
  case TensorProto::BOOL:
  case TensorProto::INT8:
  case TensorProto::UINT8:
  case TensorProto::FLOAT8E4M3FN:
  case TensorProto::FLOAT8E4M3FNUZ:
  case TensorProto::FLOAT8E5M2:
  case TensorProto::FLOAT8E5M2FNUZ:
  case TensorProto::FLOAT8E8M0:
    return 8;
  case TensorProto::INT16:
  case TensorProto::UINT16:
  case TensorProto::FLOAT16:
  case TensorProto::BFLOAT16:
    return 16;
  case TensorProto::FLOAT:
  case TensorProto::INT32:
  case TensorProto::UINT32:
    return 32;
  case TensorProto::DOUBLE:
  case TensorProto::INT64:
  case TensorProto::UINT64:
  case TensorProto::COMPLEX64:
    return 64;
  case TensorProto::COMPLEX128:
    return 128;
  default:
    return std::nullopt;
  }
}

std::string elementName(int32_t type) { return PrimitiveTypeNameMap::ToString(type); }

int64_t countElements(const TensorProto &tensor, llvm::StringRef what, const ImportLimits &limits) {
  if (tensor.dims_size() > limits.rank)
    refuse(what + ": rank " + llvm::Twine(tensor.dims_size()) + " is above the limit of " +
               llvm::Twine(limits.rank),
           "reshape the tensor to fewer dimensions");
  int64_t count = 1;
  bool empty = false;
  for (int64_t dim : tensor.dims()) {
    if (dim < 0)
      refuse(what + ": dimension " + llvm::Twine(dim) + " is negative",
             "write the tensor with its true shape");
    empty |= dim == 0;
    // Without those of size 0, too: whoever multiplies them meets the others first.
    if (dim && (__builtin_mul_overflow(count, dim, &count) || count > limits.elements))
      refuse(what + ": its shape has more than " + llvm::Twine(limits.elements) + " elements",
             "split the tensor");
  }
  return empty ? 0 : count;
}

namespace {
// Appends the low `width` bytes of each value; hosts are little-endian.
template <typename Values> void append(std::string &out, const Values &values, size_t width) {
  out.reserve(out.size() + values.size() * width);
  for (const auto &value : values)
    out.append(reinterpret_cast<const char *>(&value), width);
}

std::string typedBytes(const TensorProto &tensor, int64_t bits) {
  std::string out;
  switch (tensor.data_type()) {
  case TensorProto::FLOAT:
  case TensorProto::COMPLEX64:
    append(out, tensor.float_data(), 4);
    break;
  case TensorProto::DOUBLE:
  case TensorProto::COMPLEX128:
    append(out, tensor.double_data(), 8);
    break;
  case TensorProto::INT64:
    append(out, tensor.int64_data(), 8);
    break;
  case TensorProto::UINT32:
    append(out, tensor.uint64_data(), 4);
    break;
  case TensorProto::UINT64:
    append(out, tensor.uint64_data(), 8);
    break;
  default:
    append(out, tensor.int32_data(), std::max<size_t>(bits / 8, 1));
  }
  return out;
}
} // namespace

std::string unpackElements(int32_t type, int64_t count, llvm::ArrayRef<char> packed) {
  int64_t bits = *elementBits(type);
  std::string out(count, 0);
  for (int64_t i = 0; i < count; ++i) {
    int64_t bit = i * bits, byte = bit / 8, shift = bit % 8;
    unsigned word = static_cast<uint8_t>(packed[byte]);
    if (shift + bits > 8)
      word |= static_cast<unsigned>(static_cast<uint8_t>(packed[byte + 1])) << 8;
    out[i] = static_cast<char>((word >> shift) & ((1u << bits) - 1));
  }
  return out;
}

bool staysPacked(int32_t type) {
  return type == TensorProto::INT4 || type == TensorProto::UINT4 || type == TensorProto::INT2 ||
         type == TensorProto::UINT2;
}

std::string storedBytes(const TensorProto &tensor, llvm::StringRef what) {
  int64_t bits = *elementBits(tensor.data_type()), count = 1;
  for (int64_t dim : tensor.dims())
    count *= dim;
  bool raw = tensor.has_raw_data();
  std::string bytes = raw ? tensor.raw_data() : typedBytes(tensor, bits);
  // Typed data of 6 bits has one element in each integer, not a stream.
  if (!raw && bits == 6)
    bits = 8;
  int64_t expected = (count * bits + 7) / 8;
  if (static_cast<int64_t>(bytes.size()) != expected)
    refuse(what + ": expected " + llvm::Twine(expected) + " bytes of data for " +
               llvm::Twine(count) + " elements of type " + elementName(tensor.data_type()) +
               ", got " + llvm::Twine(bytes.size()),
           "the file is damaged; export the model again");
  return bytes;
}

std::string elementBytes(const TensorProto &tensor, llvm::StringRef what) {
  std::string bytes = storedBytes(tensor, what);
  int64_t bits = *elementBits(tensor.data_type()), count = 1;
  for (int64_t dim : tensor.dims())
    count *= dim;
  if (bits < 8 && (bits != 6 || tensor.has_raw_data()))
    bytes = unpackElements(tensor.data_type(), count, llvm::ArrayRef(bytes.data(), bytes.size()));
  if (tensor.data_type() == TensorProto::BOOL)
    for (char &byte : bytes)
      byte = byte != 0;
  return bytes;
}

} // namespace pith::reader
