// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Target/Host.h"
#include "lib/Emit/Features.h"
#include "lib/Emit/Program.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace pith;

bool pith::runsHere(TargetAttr target) {
  llvm::Triple triple(target.getMachine().getTriple()), host(llvm::sys::getProcessTriple());
  if (triple.getArch() != host.getArch() || triple.getOS() != host.getOS())
    return false;
  ScopedDiagnosticHandler silent(target.getContext(), [](Diagnostic &) { return success(); });
  Location loc = UnknownLoc::get(target.getContext());
  auto machine = createMachine(target, loc), local = createMachine(hostTarget(target), loc);
  if (failed(machine) || failed(local))
    return false;
  return !(featureBits(*(*machine)->getMCSubtargetInfo()) &
           ~featureBits(*(*local)->getMCSubtargetInfo()));
}

TargetAttr pith::hostTarget(TargetAttr target) {
  std::vector<std::string> features;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    features.push_back((feature.second ? "+" : "-") + feature.first().str());
  llvm::sort(features);
  auto here = TargetAttr::get(target.getContext(), target.getMachine().getName(),
                              llvm::sys::getProcessTriple(), llvm::sys::getHostCPUName(),
                              llvm::join(features, ","));
  if (!target.getHost())
    return here;
  return TargetAttr::get(target.getContext(), target.getName(), target.getTriple(), target.getCpu(),
                         target.getFeatures(), here);
}
