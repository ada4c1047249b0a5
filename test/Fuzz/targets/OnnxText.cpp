// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ONNX's text form, through the whole stage import.
#include "test/Fuzz/support/Import.h"
#include "test/Fuzz/support/MutateText.h"

llvm::ArrayRef<llvm::StringRef> pith::fuzz::wordsOfText() {
  static constexpr llvm::StringRef words[] = {
      "ir_version:",
      "opset_import:",
      "domain:",
      "float",
      "int64",
      "uint8",
      "bool",
      "string",
      "float16",
      "int4",
      "float[N, 3]",
      "=>",
      "=",
      "<",
      ">",
      "{",
      "}",
      "(",
      ")",
      "[",
      "]",
      ",",
      ":",
      "->",
      "seq(float[2])",
      "optional(float)",
      "\"\"",
      "axis",
      "agraph",
      "@axis",
      "external_data",
#include "test/Fuzz/support/Operators.inc"
  };
  return words;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pith::fuzz::import("model.onnxtxt", pith::fuzz::textOf(data, size));
  return 0;
}
