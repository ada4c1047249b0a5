// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Support/NodeName.h"

using namespace mlir;

llvm::StringRef pith::nodeName(Location location) {
  llvm::StringRef name;
  location->walk([&](Location each) {
    auto named = dyn_cast<NameLoc>(each);
    if (!named || named.getName().empty())
      return WalkResult::advance();
    name = named.getName().strref();
    return WalkResult::interrupt();
  });
  return name;
}
