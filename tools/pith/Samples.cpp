// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/pith/Samples.h"
#include "tools/pith/Loaded.h"
#include "llvm/Support/raw_ostream.h"

using namespace pith;
using namespace pith::tool;

static std::string describe(llvm::StringRef type, llvm::ArrayRef<int64_t> shape) {
  std::string text;
  for (int64_t size : shape)
    text += (text.empty() ? "" : "x") + std::to_string(size);
  return (type + " [" + text + "]").str();
}

/// How many samples an array holds: the input's shape behind one more
/// dimension, or with another size where the input has a batch of one.
static std::optional<size_t> samplesIn(const Array &array, const LoadedIo &io) {
  llvm::ArrayRef<int64_t> given = array.shape, wanted = io.shape;
  if (elementTypeName(array.type) != io.type)
    return std::nullopt;
  if (given == wanted)
    return 1;
  if (!given.empty() &&
      (given.drop_front() == wanted ||
       (!wanted.empty() && wanted.front() == 1 && given.drop_front() == wanted.drop_front())))
    return size_t(given.front());
  return std::nullopt;
}

bool Samples::openArrays(llvm::StringRef path) {
  std::optional<std::vector<Array>> read = readArraysOrReport(path, "input");
  if (!read)
    return false;
  bool named = llvm::any_of(*read, [](const Array &array) { return !array.name.empty(); });
  auto fail = [&](const LoadedIo &io, const llvm::Twine &what) {
    llvm::errs() << "error: '" << path << "': input '" << io.name << "': " << what << "\n";
    return false;
  };
  for (auto [index, io] : llvm::enumerate(model->inputs())) {
    auto array =
        named ? llvm::find_if(*read, [&, &io = io](const Array &a) { return a.name == io.name; })
              : read->begin() + std::min(index, read->size());
    std::string wanted = describe(io.type, io.shape);
    if (array == read->end())
      return fail(io, "expected an array of this name, " + wanted +
                          ", or with a further first dimension");
    std::optional<size_t> samples = samplesIn(*array, io);
    if (!samples)
      return fail(io, "expected " + wanted + ", or with a further first dimension, got " +
                          describe(elementTypeName(array->type), array->shape));
    if (index && *samples != count)
      return fail(io, "expected " + llvm::Twine(count) + " samples as of the first input, got " +
                          llvm::Twine(*samples));
    count = *samples;
    arrays.push_back(std::move(*array));
    arrays.back().name = io.name;
  }
  return true;
}

std::optional<Samples> Samples::open(const Args &args, const LoadedModel &model, int &code) {
  Samples samples;
  samples.model = &model;
  int64_t limit = INT64_MAX;
  code = Usage;
  if (!parseNumber(args, OPT_limit, 1, limit))
    return std::nullopt;
  if (llvm::StringRef steps = args.getLastArgValue(OPT_preprocess, "raw"); steps != "raw") {
    usageError("expected --preprocess=raw, got '" + steps + "'");
    return std::nullopt;
  }
  llvm::StringRef source = args.getLastArgValue(OPT_data), text = source;
  code = BadInput;
  if (text.consume_front("random:")) {
    auto [seed, number] = text.split(':');
    uint64_t value = 0;
    samples.count = 1;
    if (seed.getAsInteger(10, value) ||
        (text.contains(':') && number.getAsInteger(10, samples.count))) {
      llvm::errs() << "error: expected random:SEED or random:SEED:COUNT, got '" << source << "'\n";
      return std::nullopt;
    }
    samples.seed = value;
  } else if (!samples.openArrays(source)) {
    return std::nullopt;
  }
  samples.count = size_t(std::min<uint64_t>(samples.count, uint64_t(limit)));
  if (samples.count)
    return samples;
  llvm::errs() << "error: '" << source << "': expected at least one sample\n";
  return std::nullopt;
}

std::vector<Array> Samples::read(size_t index) const {
  if (seed)
    return randomInputs(*model, *seed + index);
  std::vector<Array> sample;
  for (auto [array, io] : llvm::zip_equal(arrays, model->inputs())) {
    Array &one = sample.emplace_back(Array{io.name, array.type, io.shape, {}});
    auto first = array.data.begin() + ptrdiff_t(index * size_t(io.bytes));
    one.data.assign(first, first + io.bytes);
  }
  return sample;
}
