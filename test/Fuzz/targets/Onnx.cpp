// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ONNX files, from their bytes through the whole stage import.
#include "test/Fuzz/support/Import.h"
#include "test/Fuzz/support/MutateProto.h"

const char *const pith::fuzz::messageOfBytes = "onnx.ModelProto";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pith::fuzz::import("model.onnx", pith::fuzz::textOf(data, size));
  return 0;
}
