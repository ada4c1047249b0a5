// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a CPU's instructions do for a precision: asked of the kernel table
// before anything is quantized or pruned.
#ifndef PITH_TARGET_PRECISION_H
#define PITH_TARGET_PRECISION_H

#include "pith/Target/Target.h"

namespace pith {

/// How products of weights can be stored or computed. Everything runs on every
/// CPU; the question is whether there are instructions for it.
enum class Precision : unsigned char {
  Int8, ///< sums of products of bytes
  Int4, ///< the same, weights of 4 bits being unpacked in the kernel
  F32,
  F16,
  BF16,
  Sparse, ///< zeros of the weights are left out
};

llvm::ArrayRef<Precision> allPrecisions();
/// "int8".
llvm::StringRef name(Precision precision);
/// None: there is no such name.
std::optional<Precision> precisionByName(llvm::StringRef name);

/// Whether the row's instruction is one for the precision. Rows without an
/// instruction, such as those of the generic nest, are for everything and count
/// for nothing.
bool isNative(const KernelRow &row, Precision precision);

struct PrecisionSupport {
  /// Rows for it that the CPU can run, in the order of the table; none: it is
  /// emulated, by code for other precisions or by scalar code.
  llvm::SmallVector<const KernelRow *> rows;
  /// CPUs that the target names, and that have such rows.
  llvm::SmallVector<llvm::StringRef> cpus;

  bool isNative() const { return !rows.empty(); }
  /// "vpdpbusd", each instruction once, with what it asks for: "(if proved)",
  /// "(--fast-float)", the pattern of zeros; "emulated" where there is none.
  std::string describe() const;
};

/// What `machine`, a resolved CPU of the target, has for a precision.
PrecisionSupport precisionSupport(const Target &target, TargetAttr machine, Precision precision);

} // namespace pith

#endif
