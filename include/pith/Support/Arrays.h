// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arrays of numbers in files: NumPy's .npy and .npz, ONNX's tensors. The files
// are not trusted: every size is checked before memory is taken for it.
#ifndef PITH_SUPPORT_ARRAYS_H
#define PITH_SUPPORT_ARRAYS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace pith {

enum class ElementType : uint8_t {
  Bool,
  I8,
  U8,
  I16,
  U16,
  I32,
  U32,
  I64,
  U64,
  F16,
  BF16,
  F32,
  F64,
  // Narrow: a byte each in memory, which holds the code. Integers are extended
  // to it, the floats' bits are its lowest ones.
  I4,
  U4,
  I2,
  U2,
  F8E4M3FN,
  F8E4M3FNUZ,
  F8E5M2,
  F8E5M2FNUZ,
  F4E2M1FN,
  F8E8M0FNU
};

unsigned byteWidth(ElementType type);
/// Bits that an element has in ONNX's files: 4 and 2 for codes packed into bytes.
unsigned bitWidth(ElementType type);
bool isFloatType(ElementType type);
/// As manifests spell it: `f32`, `u8`, `i8`, `bool`, `i4`, `f8E4M3FN`.
llvm::StringRef elementTypeName(ElementType type);
std::optional<ElementType> elementTypeByName(llvm::StringRef name);

/// Row-major and little-endian, whatever the file had.
struct Array {
  std::string name;
  ElementType type = ElementType::F32;
  llvm::SmallVector<int64_t> shape;
  std::vector<char> data;

  int64_t numElements() const;
};

struct ArrayLimits {
  uint64_t bytes = uint64_t(1) << 32; ///< of one array, and of one file
  unsigned rank = 32;
  unsigned members = 4096;
};

/// The bytes of an array of this shape, or nothing if that exceeds the limits.
std::optional<uint64_t> checkedBytes(ElementType type, llvm::ArrayRef<int64_t> shape,
                                     const ArrayLimits &limits);

/// `place` names file and member in errors.
llvm::Expected<Array> parseNpy(llvm::StringRef bytes, llvm::StringRef place,
                               const ArrayLimits &limits = {});
/// The header and data of a .npy file. Types that NumPy lacks are written as
/// integers of their width in memory: bfloat16, float8 and float4 as unsigned ones.
std::string formatNpy(const Array &array);

llvm::Expected<std::vector<Array>> parseNpz(llvm::StringRef bytes, llvm::StringRef place,
                                            const ArrayLimits &limits = {});
/// Stored, not compressed; the same arrays give the same bytes. Fails where the format
/// has no room: above 4 GiB, above 65,535 arrays, for names above 65,531 bytes.
llvm::Expected<std::string> formatNpz(llvm::ArrayRef<Array> arrays);

/// One `TensorProto`.
llvm::Expected<Array> parseTensorProto(llvm::StringRef bytes, llvm::StringRef place,
                                       const ArrayLimits &limits = {});

/// Reads .npz, or without names: .npy, .pb (one array each), or a
/// `test_data_set` folder, of which it takes `<prefix>_0.pb`, `<prefix>_1.pb`...
llvm::Expected<std::vector<Array>> readArrays(llvm::StringRef path, llvm::StringRef prefix,
                                              const ArrayLimits &limits = {});

} // namespace pith

#endif
