// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tuning files.
#include "lib/Pipeline/TuningFile.h"
#include "test/Fuzz/support/Module.h"
#include "test/Fuzz/support/MutateText.h"

using namespace pith;

llvm::ArrayRef<llvm::StringRef> fuzz::wordsOfText() {
  static constexpr llvm::StringRef words[] = {"\"schema\"",
                                              "\"cpus\"",
                                              "\"target\"",
                                              "\"cpu\"",
                                              "\"features\"",
                                              "\"groups\"",
                                              "\"key\"",
                                              "\"layer\"",
                                              "\"row\"",
                                              "\"tile\"",
                                              "\"measured\"",
                                              "\"ns\"",
                                              "{",
                                              "}",
                                              "[",
                                              "]",
                                              ":",
                                              ",",
                                              "null",
                                              "true",
                                              "[1, 1]"};
  return words;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz::Context context;
  auto tuning = parseTuning(fuzz::textOf(data, size), context.get());
  if (!tuning)
    fuzz::expectMessage(tuning.takeError());
  else
    fuzz::expect(bool(*tuning), "success without a result");
  return 0;
}
