// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Schedule/OutlineName.h"

using namespace mlir;

StringRef pith::nodeName(Location location) {
  if (auto name = dyn_cast<NameLoc>(location))
    return name.getName();
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      if (StringRef name = nodeName(part); !name.empty())
        return name;
  if (auto call = dyn_cast<CallSiteLoc>(location))
    return nodeName(call.getCallee());
  return {};
}

std::string pith::toSymbol(StringRef name) {
  std::string symbol;
  for (char c : name.take_back(48))
    symbol += llvm::isAlnum(c) ? c : '_';
  return symbol;
}

std::string pith::structureOf(GroupOp group) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  // In local scope values are numbered from the group on, and its operands are
  // all printed alike.
  OpPrintingFlags flags;
  flags.useLocalScope().printGenericOpForm();
  group->print(stream, flags);
  return text;
}
