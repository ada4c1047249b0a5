// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What functions of the caller, and what the header that declares them, may be
// called and be given.
#ifndef DIALECTS_PITH_PITHEXTERN_H
#define DIALECTS_PITH_PITHEXTERN_H

#include "mlir/IR/Types.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace pith {

/// On the module, until import is done: a dictionary from operators to the symbols
/// of C functions.
inline constexpr llvm::StringLiteral customOpsAttrName = "pith.custom_ops";

/// "my.domain::Foo", as --custom-op has it; the standard domain is ai.onnx.
std::string customOpKey(llvm::StringRef domain, llvm::StringRef name);

/// On kernels that call a function of the caller: symbol, attributes, and the types
/// of inputs and outputs with ONNX's element types; `none` is absent.
inline constexpr llvm::StringLiteral externAttrName = "pith.extern";

/// The most operands and results of a function.
inline constexpr size_t mostExternTensors = 256;

/// Whether C or C++ keeps the word for itself.
bool isReservedWord(llvm::StringRef word);

/// Why the generated header cannot declare a function of that name; empty: it can.
std::string symbolRefusal(llvm::StringRef symbol);

/// ONNX's number of an element type, which is that of pith_operators.h: `ui8`, `i4`,
/// `f8E4M3FN`; nothing for types that no function can be given.
std::optional<int32_t> onnxTypeNumber(mlir::Type elementType);

/// The elements that hold such a type in memory; null where there is no number.
mlir::Type externStorage(mlir::Type elementType);

} // namespace pith

#endif
