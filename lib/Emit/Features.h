// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Features of CPUs: which a program needs, and who finds out what there is.
#ifndef LIB_EMIT_FEATURES_H
#define LIB_EMIT_FEATURES_H

#include "dialects/Pith/PithAttrs.h"
#include "mlir/IR/Diagnostics.h"

namespace llvm {
class MCSubtargetInfo;
class Triple;
} // namespace llvm

namespace pith {

/// A row of runtime/Architectures.inc.
struct Architecture {
  llvm::StringRef name;
  const char *firstCpu; ///< which has what every CPU of the architecture has
  bool asks;            ///< programs can ask the CPU for its features
  const char *tuning;   ///< features that no instruction needs
};

/// Null: features of this architecture are not known.
const Architecture *findArchitecture(const llvm::Triple &triple);

/// A bit that no feature has. Alone it stands for a CPU without any.
inline constexpr uint64_t noFeature = uint64_t(1) << 63;

/// Bits of pith_features.def that the machine has.
uint64_t featureBits(const llvm::MCSubtargetInfo &machine);
/// The same for what the target says; fails where createMachine does.
mlir::FailureOr<uint64_t> neededFeatures(TargetAttr target, mlir::Location loc);

/// LLVM's names of the bits.
std::vector<llvm::StringRef> featureNames(const llvm::Triple &triple, uint64_t bits);

/// "-a,-b" for what the machine has beyond pith_features.def and the first CPUs
/// of its architecture. `first` is the first CPU. Code must not use it, since
/// NAME_init cannot check for it.
std::string uncheckedFeatures(const llvm::MCSubtargetInfo &machine,
                              const llvm::MCSubtargetInfo &first);

/// Variants are tried in this order: fails where one could never be chosen,
/// because another in front of it needs no other features.
mlir::LogicalResult checkPreference(llvm::ArrayRef<TargetAttr> targets, mlir::Location loc);

} // namespace pith

#endif
