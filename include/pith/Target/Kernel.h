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
  /// Feature of the hardware that the row needs, e.g. "+fma"; empty: none.
  llvm::StringRef needs = {};
  /// What the row computes in front of its anchor, and behind it.
  Fusion before = Fusion::None, after = Fusion::None;
  /// Whether all reads of a row of the input (softmax, norm: along the last
  /// dimensions) come before the first write of that row, so that the result
  /// may take the input's place.
  bool inPlace = false;
  /// Whether the results are the canonical ones (DESIGN §5) bit for bit.
  bool exact = true;
  /// Estimated cost of one multiply-add or element, in cycles.
  double cyclesPerItem = 1;
  /// A further condition; returns the reason why the row does not match, or an
  /// empty string.
  std::string (*refuses)(GroupOp group) = nullptr;
};

} // namespace pith

#endif
