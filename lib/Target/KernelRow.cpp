// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The columns of a kernel table as words.
#include "pith/Kernels/External.h"
#include "llvm/ADT/StringExtras.h"

using llvm::StringRef;

llvm::ArrayRef<pith::KernelRow> pith::sharedRows() {
  static constexpr StringRef external[] = {"pith.extern"}, scatter[] = {"pith.scatter"};
  static const KernelRow rows[] = {
      {.name = "extern", .anchors = external, .skeleton = &skeletons::external},
      {.name = "scatter", .anchors = scatter, .skeleton = &skeletons::scatter}};
  return rows;
}

StringRef pith::name(Number number) {
  constexpr StringRef names[] = {"", "u8", "s8", "s16", "s32", "s64", "f32", "f16", "bf16", "s4"};
  return names[unsigned(number)];
}

StringRef pith::name(Sparsity sparsity) {
  constexpr StringRef names[] = {"dense", "unstructured", "structured", "1x4", "2x4"};
  return names[unsigned(sparsity)];
}

StringRef pith::name(Exactness exactness) {
  constexpr StringRef names[] = {"yes", "if-proved", "no"};
  return names[unsigned(exactness)];
}

std::string pith::name(Fusion fusion) {
  llvm::SmallVector<StringRef> words;
  for (auto [kind, word] :
       {std::pair(Fusion::Movement, "movement"), std::pair(Fusion::Map, "map"),
        std::pair(Fusion::Decode, "decode"), std::pair(Fusion::Dynamic, "dynamic")})
    if (fusion & kind)
      words.push_back(word);
  return llvm::join(words, ", ");
}
