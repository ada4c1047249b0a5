// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes what a model would be given: every sample of a data set, preprocessed.
//   pith-test-data DATA PREPROCESS OUT.npz NAME:TYPE:1x3x224x224...
#include "pith/Data/Prefetch.h"
#include "llvm/Support/raw_ostream.h"

using namespace pith;

static int fail(llvm::Error error) {
  llvm::errs() << "error: " << llvm::toString(std::move(error)) << "\n";
  return 3;
}

int main(int argc, char **argv) {
  if (argc < 5)
    return 2;
  std::vector<InputSpec> inputs;
  for (llvm::StringRef text : llvm::ArrayRef(argv, argc).drop_front(4)) {
    auto [name, rest] = text.split(':');
    auto [type, sizes] = rest.split(':');
    InputSpec &input = inputs.emplace_back();
    input.name = name.str();
    input.type = type.str();
    for (llvm::StringRef size : llvm::split(sizes, 'x'))
      if (size.getAsInteger(10, input.shape.emplace_back()))
        return 2;
  }
  auto preprocess = Preprocess::parse(argv[2]);
  if (!preprocess)
    return fail(preprocess.takeError());
  auto data = openDataSet(argv[1], inputs);
  if (!data)
    return fail(data.takeError());
  uint64_t count = (*data)->size();
  Prefetch samples(std::move(*data), std::move(*preprocess), inputs, count);
  std::vector<Array> arrays;
  while (true) {
    auto sample = samples.next();
    if (!sample)
      return fail(sample.takeError());
    if (!*sample)
      break;
    for (Array &array : (*sample)->inputs) {
      array.name = (*sample)->name + ":" + array.name;
      arrays.push_back(std::move(array));
    }
  }
  llvm::Expected<std::string> bytes = formatNpz(arrays);
  if (!bytes)
    return fail(bytes.takeError());
  std::error_code error;
  llvm::raw_fd_ostream os(argv[3], error);
  if (error)
    return 3;
  os << *bytes;
  return 0;
}
