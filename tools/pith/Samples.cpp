// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/pith/Samples.h"
#include "llvm/Support/raw_ostream.h"

using namespace pith;
using namespace pith::tool;

bool SampleOptions::parse(const Args &args, int &code) {
  code = Usage;
  int64_t most = INT64_MAX;
  if (!parseNumber(args, OPT_limit, 1, most))
    return false;
  limit = uint64_t(most);
  if (!args.hasArg(OPT_data)) {
    usageError("expected --data");
    return false;
  }
  auto steps = Preprocess::parse(args.getLastArgValue(OPT_preprocess, "raw"));
  if (!steps) {
    usageError(llvm::toString(steps.takeError()));
    return false;
  }
  preprocess = std::move(*steps);
  data = args.getLastArgValue(OPT_data).str();
  llvm::StringRef text = data;
  if (!text.consume_front("random:"))
    return true;
  auto [first, number] = text.split(':');
  uint64_t samples = 1, value = 0;
  if (first.getAsInteger(10, value) ||
      (text.contains(':') && (number.getAsInteger(10, samples) || !samples))) {
    llvm::errs() << "error: expected random:SEED or random:SEED:COUNT, got '" << data << "'\n";
    code = BadInput;
    return false;
  }
  if (!preprocess.isRaw()) {
    usageError("expected no --preprocess with random inputs: they are what the model takes");
    return false;
  }
  seed = value;
  limit = std::min(limit, samples);
  return true;
}

llvm::Expected<Samples> Samples::open(SampleOptions options, const LoadedModel &model) {
  Samples samples;
  samples.model = &model;
  samples.seed = options.seed;
  samples.count = options.limit;
  if (samples.seed)
    return samples;
  std::vector<InputSpec> inputs;
  for (const LoadedIo &io : model.inputs())
    inputs.push_back({io.name, io.type, io.shape});
  auto data = openDataSet(options.data, inputs);
  if (!data)
    return data.takeError();
  samples.count = std::min(samples.count, (*data)->size());
  samples.files = std::make_unique<Prefetch>(std::move(*data), std::move(options.preprocess),
                                             std::move(inputs), samples.count);
  return samples;
}

llvm::Expected<std::optional<std::vector<Array>>> Samples::next() {
  std::optional<std::vector<Array>> inputs;
  if (seed) {
    if (done < count)
      inputs = randomInputs(*model, *seed + done++);
    return inputs;
  }
  llvm::Expected<std::optional<Sample>> sample = files->next();
  if (!sample)
    return sample.takeError();
  if (*sample)
    inputs = std::move((*sample)->inputs);
  return inputs;
}
