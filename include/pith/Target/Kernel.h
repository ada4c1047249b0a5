// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A row of a target's kernel table.
#ifndef PITH_TARGET_KERNEL_H
#define PITH_TARGET_KERNEL_H

#include "dialects/Pith/PithOps.h"
#include "pith/Kernels/Skeleton.h"
#include <string>

namespace pith {

/// Classes of operators that may stand in a group around its anchor.
enum class Fusion : unsigned {
  None = 0,
  Movement = 1, ///< transpose, reshape, slice, pad, concat: only addressing
  Map = 2,      ///< element-wise computation
  /// Constants stored in fewer bytes: unpack, dequantize, and what moves their
  /// elements. Taken on any operand, so that memory holds only the packed bytes.
  Decode = 4,
  /// A dynamic quantization of the left side that no other kernel needs.
  Dynamic = 8,
};
constexpr Fusion operator|(Fusion a, Fusion b) { return Fusion(unsigned(a) | unsigned(b)); }
constexpr bool operator&(Fusion a, Fusion b) { return unsigned(a) & unsigned(b); }

/// What one side of a product, or its sum, holds when the instruction reads it.
/// Codes of the file become that at no cost in exactness (pith-fold-zero-points):
///   U8   unsigned bytes; signed ones count from -128
///   S8   signed bytes; on the right codes less their zero point, where they fit
///   S16  16 bits: codes of 8 bits less their zero point
///   S4   on the right: what the file packs, less its zero point, where that fits;
///        packed in memory, bytes in registers
enum class Number : unsigned char { Any, U8, S8, S16, S32, S64, F32, F16, BF16, S4 };

/// The innermost step of a kernel: one instruction, or a few.
struct Atom {
  llvm::StringRef instruction = {}; ///< as it stands in assembly; empty: scalar code
  unsigned lanes = 1;               ///< sums that it advances
  unsigned products = 1;            ///< what it adds to each of them
  unsigned joined = 1;              ///< steps of the sum that it takes at once
};

/// Zeros in the weights that a row leaves out.
enum class Sparsity : unsigned char { Dense, Unstructured, Structured, Block1x4, Block2x4 };

enum class Exactness : unsigned char {
  Yes,      ///< the canonical results (DESIGN §5), bit for bit
  IfProved, ///< the same for groups for which `unproved` finds nothing
  No,       ///< only with --fast-float
};

/// Cycles, estimated.
struct Cost {
  double perAtom = 1, perLoad = 0, fixed = 0;
};

/// One kernel of a target, as data. Selection asks every row; the cheapest of
/// the rows that match wins, the others say why they lost.
struct KernelRow {
  llvm::StringRef name = {};
  /// Names of the anchors that the row computes, e.g. "pith.conv"; a group
  /// without an anchor has the name "pith.map".
  llvm::ArrayRef<llvm::StringRef> anchors = {};
  /// The loop structure, where the target lowers with pith-lower-kernels; null
  /// where passes of its own make the kernel's code.
  const Skeleton *skeleton = nullptr;
  /// Both sides of a product and its sum.
  Number lhs = Number::Any, rhs = Number::Any, sum = Number::Any;
  /// Features of the hardware that the row needs, as in "+fma,+f16c"; empty: none.
  llvm::StringRef needs = {};
  Atom atom = {};
  /// From which the skeleton chooses by shape; empty: it has none.
  llvm::ArrayRef<Tile> tiles = {};
  /// What the row computes in front of its anchor, and behind it.
  Fusion before = Fusion::None, after = Fusion::None;
  /// Whether all reads of a row of the input (softmax, norm: along the last
  /// dimensions) come before the first write of that row, so that the result
  /// may take the input's place.
  bool inPlace = false;
  Sparsity sparsity = Sparsity::Dense;
  Exactness exact = Exactness::Yes;
  Cost cost = {};
  /// A further condition; returns the reason why the row does not match, or an
  /// empty string.
  std::string (*refuses)(GroupOp group) = nullptr;
  /// For rows that are exact if proved: what is not proved of the group, or an
  /// empty string.
  std::string (*unproved)(GroupOp group, const KernelRow &row) = nullptr;
};

/// "u8", "bf16"; empty for Any.
llvm::StringRef name(Number number);
llvm::StringRef name(Sparsity sparsity);
llvm::StringRef name(Exactness exactness);
/// "movement, map"; empty for None.
std::string name(Fusion fusion);

} // namespace pith

#endif
