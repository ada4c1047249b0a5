// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Schedule/OutlineName.h"

using namespace mlir;

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
