// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Modules of any stage as text: parsed, verified, held against the contract of their
// stage and, where it has it, taken through the next one.
#include "test/Fuzz/support/Folder.h"
#include "test/Fuzz/support/Module.h"
#include "test/Fuzz/support/MutateModule.h"
#include "test/Fuzz/support/MutateText.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace pith;

llvm::ArrayRef<llvm::StringRef> fuzz::wordsOfText() {
  static constexpr llvm::StringRef words[] = {"tensor<1x1xf32>",
                                              "tensor<0xf32>",
                                              "tensor<?xf32>",
                                              "tensor<*xf32>",
                                              "memref<4xi8>",
                                              "index",
                                              "i1",
                                              "i8",
                                              "i64",
                                              "ui8",
                                              "f16",
                                              "bf16",
                                              "f64",
                                              "f8E4M3FN",
                                              "i4",
                                              "none",
                                              "!quant.uniform<i8:f32, 0.5>",
                                              "dense<0>",
                                              "dense<[1, 2]>",
                                              "array<i64: 1, 2>",
                                              "[",
                                              "]",
                                              "(",
                                              ")",
                                              "{",
                                              "}",
                                              "<",
                                              ">",
                                              ",",
                                              "->",
                                              ":",
                                              "=",
                                              "unit",
                                              "true",
                                              "@main",
                                              "%0",
                                              "%arg0",
                                              "loc(unknown)",
                                              "affine_map<(d0) -> (d0)>",
                                              "x"};
  return words;
}

/// Hashes of what was read without an error.
static llvm::DenseSet<uint64_t> accepted;

std::string fuzz::changedMeaning(llvm::StringRef text, unsigned seed) {
  return accepted.contains(llvm::xxh3_64bits(text) >> 1) ? changedModule(text, allDialects(), seed)
                                                         : "";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const fuzz::Folder folder;
  fuzz::Context context;
  CompileOptions options;
  auto module = readModel(folder.write("m.mlir", fuzz::textOf(data, size)), options, context.get());
  context.expectSaid(module);
  if (failed(module))
    return 0;
  accepted.insert(llvm::xxh3_64bits(fuzz::textOf(data, size)) >> 1);
  Stage done = *completedStage(**module);
  if (done < Stage::Lower)
    context.expectSaid(runStages(**module, allStages()[unsigned(done) + 1], options));
  return 0;
}
