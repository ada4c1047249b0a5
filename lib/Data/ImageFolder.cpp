// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// JPEG and PNG files below a folder, with the class in the name or in labels.csv.
#include "lib/Data/Image.h"
#include "lib/Data/Sets.h"
#include "pith/Data/Csv.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace pith;
using llvm::createStringError;

namespace {

class ImageFolder : public DataSet {
public:
  ImageFolder(llvm::StringRef folder, const DataLimits &limits) : folder(folder), limits(limits) {}

  uint64_t size() const override { return names.size(); }
  bool labelled() const override { return !labels.empty(); }
  int64_t label(uint64_t index) const override { return labels[index]; }
  std::string name(uint64_t index) const override { return names[index]; }
  std::string place(uint64_t index) const override { return "'" + path(names[index]) + "'"; }

  llvm::Error open() {
    auto found = listImages(folder, limits);
    if (!found)
      return found.takeError();
    names = std::move(*found);
    if (names.empty())
      return createStringError("'" + folder +
                               "': no images in the folder; expected .jpg, .jpeg or .png files, or "
                               "test_data_set folders");
    std::string table = path("labels.csv");
    return llvm::sys::fs::exists(table) ? readLabels(table) : labelsFromNames();
  }

protected:
  llvm::Expected<Sample> read(uint64_t index) override {
    auto image = readImage(path(names[index]), limits);
    if (!image)
      return image.takeError();
    Sample sample;
    sample.inputs.push_back(std::move(*image));
    return sample;
  }

private:
  std::string path(llvm::StringRef name) const {
    llvm::SmallString<128> whole(folder);
    llvm::sys::path::append(whole, name);
    return whole.str().str();
  }

  /// `0042_name.jpg`. Either all images have a number, or none.
  llvm::Error labelsFromNames() {
    std::optional<size_t> without;
    for (auto [index, name] : llvm::enumerate(names)) {
      llvm::StringRef rest = llvm::sys::path::filename(name);
      int64_t label;
      if (rest.consumeInteger(10, label) || label < 0 || !rest.starts_with("_"))
        without = without.value_or(index);
      else
        labels.push_back(label);
    }
    if (labels.empty() || !without)
      return llvm::Error::success();
    return createStringError(place(*without) +
                             ": expected a name that starts with the class number, "
                             "as '0042_name.jpg', like others in the folder; "
                             "rename it, or write a labels.csv");
  }

  llvm::Error readLabels(llvm::StringRef table) {
    auto rows = readCsv(table, "file", "label");
    if (!rows)
      return rows.takeError();
    std::vector<std::optional<int64_t>> given(names.size());
    for (const CsvRow &row : *rows) {
      auto fail = [&](const llvm::Twine &what) {
        return createStringError("'" + table + "': line " + llvm::Twine(row.line) + ": " + what);
      };
      auto name = llvm::lower_bound(names, row.first);
      if (name == names.end() || *name != row.first)
        return fail("the folder has no image '" + row.first + "'; remove the line or add the file");
      int64_t label;
      if (llvm::StringRef(row.second).getAsInteger(10, label) || label < 0)
        return fail("expected a class number, got '" + row.second + "'");
      auto &place = given[name - names.begin()];
      if (place)
        return fail("'" + row.first + "' is listed twice");
      place = label;
    }
    for (auto [index, label] : llvm::enumerate(given)) {
      if (!label)
        return createStringError("'" + table + "': no line for image '" + names[index] +
                                 "'; add it, or move the image out of the folder");
      labels.push_back(*label);
    }
    return llvm::Error::success();
  }

  std::string folder;
  DataLimits limits;
  std::vector<std::string> names;
  std::vector<int64_t> labels; ///< one for each name, or none
};

} // namespace

OpenedDataSet pith::openImageFolder(llvm::StringRef path, llvm::ArrayRef<InputSpec> inputs,
                                    const DataLimits &limits) {
  auto set = std::make_unique<ImageFolder>(path, limits);
  if (llvm::Error error = set->open())
    return std::move(error);
  if (inputs.size() != 1)
    return createStringError("'" + path + "': images go to one input, the model has " +
                             llvm::Twine(inputs.size()) + " (" + quotedNames(inputs) +
                             "); give it a .npz with an array for each");
  return set;
}
