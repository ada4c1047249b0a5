// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What each CPU of a target does for int8, int4, floats and sparsity.
#ifndef PITH_TOOLS_PITH_PRECISIONS_H
#define PITH_TOOLS_PITH_PRECISIONS_H

#include "pith/Target/Precision.h"
#include "llvm/Support/JSON.h"

namespace pith::tool {

/// A CPU of a target, by a name and as the target resolves it.
struct Cpu {
  std::string name, summary;
  TargetAttr machine;
};

/// "int8": {"native", "by", "rows"} and so on for each precision.
llvm::json::Object describePrecisions(const Target &target, const Cpu &cpu);

/// One line, behind that of the CPU.
void printPrecisions(const Target &target, const Cpu &cpu);

/// Whether the CPU has instructions for the precisions of the list, or
/// `fallback` lets others take their place, which is said. An exit code.
int requirePrecisions(const Target &target, const Cpu &cpu, llvm::StringRef list, bool fallback);

} // namespace pith::tool

#endif
