// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which CPUs there are, and what each of them has.
#ifndef PITH_TARGETS_X86_CPUS_H
#define PITH_TARGETS_X86_CPUS_H

#include "pith/Target/Target.h"

namespace pith::x86 {

/// The CPUs that the target names itself, from the least to the most capable.
llvm::ArrayRef<CpuVariant> cpuVariants();

/// `cpu` ("native", a variant or an LLVM name) with all features written out,
/// those that others imply included; null after an error.
TargetAttr resolveCpu(mlir::MLIRContext *context, llvm::StringRef target, llvm::StringRef triple,
                      llvm::StringRef cpu, llvm::StringRef features);

/// Whether resolved features contain one, e.g. "+avx2".
bool hasFeature(TargetAttr target, llvm::StringRef feature);

} // namespace pith::x86

#endif
