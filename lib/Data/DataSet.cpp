// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What kind of data set a path is.
#include "pith/Data/DataSet.h"
#include "lib/Data/Sets.h"
#include "lib/Support/ByteSource.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace pith;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

DataSet::~DataSet() = default;

llvm::Expected<Sample> DataSet::next() {
  if (position == size())
    return llvm::createStringError("no sample is left");
  llvm::Expected<Sample> sample = read(position);
  if (sample) {
    sample->name = name(position);
    sample->place = place(position);
    if (labelled())
      sample->label = label(position);
  }
  ++position;
  return sample;
}

std::string pith::quotedNames(llvm::ArrayRef<InputSpec> inputs) {
  return llvm::join(
      llvm::map_range(inputs, [](const InputSpec &input) { return "'" + input.name + "'"; }), ", ");
}

static std::string inside(llvm::StringRef folder, llvm::StringRef name) {
  llvm::SmallString<128> whole(folder);
  path::append(whole, name);
  return whole.str().str();
}

/// The `test_data_set_*` folders in a folder, by the bytes of their names.
static std::vector<std::string> findTestSets(llvm::StringRef folder) {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; entry != end && !error;
       entry.increment(error))
    if (path::filename(entry->path()).starts_with("test_data_set_") &&
        fs::is_directory(entry->path()))
      found.push_back(entry->path());
  llvm::sort(found);
  return found;
}

static OpenedDataSet openFolder(llvm::StringRef folder, llvm::ArrayRef<InputSpec> inputs,
                                const DataLimits &limits) {
  if (fs::exists(inside(folder, "input_0.pb")))
    return openTestSets({folder.str()}, inputs, limits);
  if (std::vector<std::string> sets = findTestSets(folder); !sets.empty())
    return openTestSets(std::move(sets), inputs, limits);
  return openImageFolder(folder, inputs, limits);
}

OpenedDataSet pith::openDataSet(llvm::StringRef path, llvm::ArrayRef<InputSpec> inputs,
                                const DataLimits &limits) {
  if (fs::is_directory(path))
    return openFolder(path, inputs, limits);
  auto source = ByteSource::ofFile(path);
  if (!source)
    return source.takeError();
  char magic[6] = {};
  size_t count = std::min<uint64_t>((*source)->size(), sizeof magic);
  if (llvm::Error error = (*source)->read(0, {magic, count}))
    return std::move(error);
  llvm::StringRef begin(magic, count);
  if (begin.starts_with("PK"))
    return openArraySet(path, /*zip=*/true, inputs, limits);
  if (begin == "\x93NUMPY")
    return openArraySet(path, /*zip=*/false, inputs, limits);
  if (path.ends_with(".pb"))
    return openTestSets({path.str()}, inputs, limits);
  return llvm::createStringError("'" + path +
                                 "': expected a folder of JPEG or PNG images, a .npz or "
                                 ".npy file, or a test_data_set folder");
}

namespace {

class TestSets : public DataSet {
public:
  TestSets(std::vector<std::string> paths, llvm::ArrayRef<InputSpec> inputs,
           const DataLimits &limits)
      : paths(std::move(paths)), inputs(inputs), limits(limits) {}

  uint64_t size() const override { return paths.size(); }
  std::string name(uint64_t index) const override { return path::filename(paths[index]).str(); }
  std::string place(uint64_t index) const override { return "'" + paths[index] + "'"; }

protected:
  llvm::Expected<Sample> read(uint64_t index) override {
    ArrayLimits arrayLimits;
    arrayLimits.bytes = limits.sampleBytes;
    auto arrays = readArrays(paths[index], "input", arrayLimits);
    if (!arrays)
      return arrays.takeError();
    if (arrays->size() != inputs.size())
      return llvm::createStringError(place(index) + ": expected " + llvm::Twine(inputs.size()) +
                                     " inputs (" + quotedNames(inputs) + "), got " +
                                     llvm::Twine(arrays->size()));
    Sample sample;
    sample.inputs = std::move(*arrays);
    return sample;
  }

private:
  std::vector<std::string> paths;
  std::vector<InputSpec> inputs;
  DataLimits limits;
};

} // namespace

OpenedDataSet pith::openTestSets(std::vector<std::string> paths, llvm::ArrayRef<InputSpec> inputs,
                                 const DataLimits &limits) {
  return std::make_unique<TestSets>(std::move(paths), inputs, limits);
}
