// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Element types, sizes, and reading a path of any of the kinds.
#include "pith/Support/Arrays.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace pith;
using llvm::createStringError;

unsigned pith::byteWidth(ElementType type) {
  switch (type) {
  case ElementType::Bool:
  case ElementType::I8:
  case ElementType::U8:
  case ElementType::I4:
  case ElementType::U4:
  case ElementType::I2:
  case ElementType::U2:
  case ElementType::F8E4M3FN:
  case ElementType::F8E4M3FNUZ:
  case ElementType::F8E5M2:
  case ElementType::F8E5M2FNUZ:
  case ElementType::F4E2M1FN:
  case ElementType::F8E8M0FNU:
    return 1;
  case ElementType::I16:
  case ElementType::U16:
  case ElementType::F16:
  case ElementType::BF16:
    return 2;
  case ElementType::I32:
  case ElementType::U32:
  case ElementType::F32:
    return 4;
  case ElementType::I64:
  case ElementType::U64:
  case ElementType::F64:
    return 8;
  }
  return 0;
}

unsigned pith::bitWidth(ElementType type) {
  if (type == ElementType::I4 || type == ElementType::U4 || type == ElementType::F4E2M1FN)
    return 4;
  if (type == ElementType::I2 || type == ElementType::U2)
    return 2;
  return 8 * byteWidth(type);
}

bool pith::isFloatType(ElementType type) {
  return (type >= ElementType::F16 && type <= ElementType::F64) || type >= ElementType::F8E4M3FN;
}

static constexpr llvm::StringLiteral names[] = {
    "bool", "i8",       "u8",         "i16",    "u16",        "i32",      "u32",      "i64",
    "u64",  "f16",      "bf16",       "f32",    "f64",        "i4",       "u4",       "i2",
    "u2",   "f8E4M3FN", "f8E4M3FNUZ", "f8E5M2", "f8E5M2FNUZ", "f4E2M1FN", "f8E8M0FNU"};

static_assert(std::size(names) == unsigned(ElementType::F8E8M0FNU) + 1);

llvm::StringRef pith::elementTypeName(ElementType type) { return names[unsigned(type)]; }

std::optional<ElementType> pith::elementTypeByName(llvm::StringRef name) {
  for (auto [index, known] : llvm::enumerate(names))
    if (name == known)
      return ElementType(index);
  return std::nullopt;
}

int64_t Array::numElements() const {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

std::optional<uint64_t> pith::checkedBytes(ElementType type, llvm::ArrayRef<int64_t> shape,
                                           const ArrayLimits &limits) {
  if (shape.size() > limits.rank)
    return std::nullopt;
  uint64_t bytes = byteWidth(type);
  for (int64_t size : shape) {
    bool overflow = size < 0;
    bytes = llvm::SaturatingMultiply(bytes, uint64_t(size), &overflow);
    if (size < 0 || overflow)
      return std::nullopt;
  }
  return bytes <= limits.bytes ? std::optional(bytes) : std::nullopt;
}

static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> openFile(llvm::StringRef path) {
  llvm::sys::fs::file_status status;
  if (!llvm::sys::fs::status(path, status) &&
      status.type() != llvm::sys::fs::file_type::regular_file)
    return createStringError("'" + path + "': expected a regular file");
  auto buffer =
      llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createStringError("'" + path + "': cannot open: " + buffer.getError().message());
  return std::move(*buffer);
}

/// `input_0.pb`, `input_1.pb`, ... up to the first that is missing.
static llvm::Expected<std::vector<Array>> readFolder(llvm::StringRef folder, llvm::StringRef prefix,
                                                     const ArrayLimits &limits) {
  std::vector<Array> arrays;
  for (unsigned i = 0; i < limits.members; ++i) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, prefix + "_" + llvm::Twine(i) + ".pb");
    if (!llvm::sys::fs::exists(path))
      break;
    auto buffer = openFile(path);
    if (!buffer)
      return buffer.takeError();
    auto array = parseTensorProto((*buffer)->getBuffer(), path, limits);
    if (!array)
      return array.takeError();
    array->name.clear(); // the number in the file's name counts
    arrays.push_back(std::move(*array));
  }
  if (arrays.empty())
    return createStringError("'" + folder + "': expected files like '" + prefix +
                             "_0.pb' in the folder");
  return arrays;
}

llvm::Expected<std::vector<Array>> pith::readArrays(llvm::StringRef path, llvm::StringRef prefix,
                                                    const ArrayLimits &limits) {
  if (llvm::sys::fs::is_directory(path))
    return readFolder(path, prefix, limits);
  auto buffer = openFile(path);
  if (!buffer)
    return buffer.takeError();
  llvm::StringRef bytes = (*buffer)->getBuffer();
  std::vector<Array> arrays;
  if (bytes.starts_with("PK"))
    return parseNpz(bytes, path, limits);
  if (!bytes.starts_with("\x93NUMPY") && path.ends_with(".pb")) {
    auto array = parseTensorProto(bytes, path, limits);
    if (!array)
      return array.takeError();
    array->name.clear();
    arrays.push_back(std::move(*array));
    return arrays;
  }
  auto array = parseNpy(bytes, path, limits);
  if (!array)
    return array.takeError();
  arrays.push_back(std::move(*array));
  return arrays;
}
