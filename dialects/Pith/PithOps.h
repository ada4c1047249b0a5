// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef DIALECTS_PITH_PITHOPS_H
#define DIALECTS_PITH_PITHOPS_H

#include "dialects/Pith/PithAttrs.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#define GET_OP_CLASSES
#include "dialects/Pith/PithOps.h.inc"

namespace pith {

/// Names of the attributes that a schedule leaves on functions.
inline constexpr llvm::StringLiteral kernelAttrName = "pith.kernel";
inline constexpr llvm::StringLiteral itemsAttrName = "pith.items";
inline constexpr llvm::StringLiteral scratchAttrName = "pith.scratch";
inline constexpr llvm::StringLiteral ioAttrName = "pith.io";
/// On the model's function: how many of its last arguments are results.
inline constexpr llvm::StringLiteral resultsAttrName = "pith.results";
inline constexpr llvm::StringLiteral batchAttrName = "pith.batch";
inline constexpr llvm::StringLiteral targetAttrName = "pith.target";
/// An array of them, in its place: variants of one program.
inline constexpr llvm::StringLiteral targetsAttrName = "pith.targets";
/// An array of dictionaries from symbolic dimensions to sizes: the shapes of the
/// inputs that the program is made for, each with a module of its own.
inline constexpr llvm::StringLiteral shapesAttrName = "pith.shapes";
/// On a memref.alloc: its place in the arena, in bytes.
inline constexpr llvm::StringLiteral offsetAttrName = "pith.offset";
/// On the module: bytes of the arena, the least that any plan needs, of the weights.
inline constexpr llvm::StringLiteral arenaAttrName = "pith.arena";
inline constexpr llvm::StringLiteral arenaLowerBoundAttrName = "pith.arena_lower_bound";
inline constexpr llvm::StringLiteral weightsAttrName = "pith.weights";

/// On operators that import found written as several: which family, a string.
inline constexpr llvm::StringLiteral recognisedAttrName = "pith.recognised";

/// On operators, by the stage quantize. The class of the rewrite that made it:
/// "exact", "rounding" or "approximate"; absent where nothing was rewritten.
inline constexpr llvm::StringLiteral exactnessAttrName = "pith.exactness";
/// On a requantize: proved that every sum times its scale lies within i32.
inline constexpr llvm::StringLiteral boundedAttrName = "pith.bounded";
/// What codes mean: a CodesAttr.
inline constexpr llvm::StringLiteral codesAttrName = "pith.codes";
/// Least and greatest value of a sum of integers: two i64.
inline constexpr llvm::StringLiteral rangeAttrName = "pith.range";
/// Why a quantize or dequantize was not folded: a string.
inline constexpr llvm::StringLiteral reasonAttrName = "pith.reason";

/// On products and the calls of their kernels: a SparsityAttr.
inline constexpr llvm::StringLiteral sparsityAttrName = "pith.sparsity";

/// Whether a tensor of shape `from` broadcasts to `to` (aligned at the last
/// dimension; each dimension equal, 1, or absent).
bool broadcastsTo(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to);

} // namespace pith

#endif
