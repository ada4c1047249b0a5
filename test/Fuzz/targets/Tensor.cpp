// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors in ONNX's format, as the data sets of its tests are.
#include "pith/Support/Arrays.h"
#include "test/Fuzz/support/MutateProto.h"

using namespace pith;

const char *const fuzz::messageOfBytes = "onnx.TensorProto";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto array = parseTensorProto(fuzz::textOf(data, size), "x.pb");
  if (!array)
    fuzz::expectMessage(array.takeError());
  else
    fuzz::expect(array->data.size() == uint64_t(array->numElements()) * byteWidth(array->type),
                 "an array does not have the bytes of its shape");
  return 0;
}
