// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Samples along the first dimension of arrays in a .npy or .npz file, read as
// they are needed.
#include "lib/Data/Sets.h"
#include "lib/Support/Npy.h"
#include "lib/Support/Zip.h"
#include "pith/Support/CompareArrays.h"
#include "llvm/ADT/STLExtras.h"

using namespace pith;
using llvm::createStringError;

namespace {

// Real arrays deflate to a tenth, masks and labels further; a larger ratio over
// so many bytes only costs time.
constexpr uint64_t bombBytes = uint64_t(64) << 20, bombRatio = 200;

/// The array of one input.
struct Column {
  std::string place;
  NpyHeader header;
  llvm::SmallVector<int64_t> sampleShape;
  uint64_t samples = 0, sampleBytes = 0;
  std::unique_ptr<ByteStream> stream;
  std::optional<Array> whole; ///< if its order is not that of samples

  llvm::Error fail(const llvm::Twine &what) const {
    return createStringError("'" + place + "': " + what);
  }
  llvm::Error start(const InputSpec &input, const DataLimits &limits);
  llvm::Expected<Array> read(uint64_t index);
};

llvm::Error Column::start(const InputSpec &input, const DataLimits &limits) {
  ArrayLimits total, each;
  total.bytes = UINT64_MAX;
  each.bytes = limits.sampleBytes;
  llvm::ArrayRef<int64_t> shape = header.shape;
  if (shape.empty())
    return fail("expected samples in the first dimension, got a single number");
  // The whole input of a model that is no batch of samples.
  bool single = shape == llvm::ArrayRef<int64_t>(input.shape);
  samples = single ? 1 : uint64_t(shape.front());
  if (!samples)
    return fail("holds no samples");
  sampleShape.assign(single ? shape.begin() : shape.begin() + 1, shape.end());
  std::optional<uint64_t> bytes = checkedBytes(header.type, shape, total);
  std::optional<uint64_t> one = checkedBytes(header.type, sampleShape, each);
  if (!bytes || !one)
    return fail("one sample of " + describeShape(elementTypeName(header.type), sampleShape) +
                " is larger than the limit of " + llvm::Twine(limits.sampleBytes) + " bytes");
  if (*bytes != header.dataBytes)
    return fail("expected " + llvm::Twine(*bytes) + " bytes of data for shape " +
                describeShape(elementTypeName(header.type), shape) + ", got " +
                llvm::Twine(header.dataBytes) + "; write the file again");
  sampleBytes = *one;
  if (!header.fortran || shape.size() == 1)
    return llvm::Error::success();
  if (*bytes > limits.sampleBytes)
    return fail("column-major arrays above " + llvm::Twine(limits.sampleBytes) +
                " bytes are not supported; save numpy.ascontiguousarray of it");
  auto array = readNpyData(*stream, header, place, each);
  if (!array)
    return array.takeError();
  whole = std::move(*array);
  return llvm::Error::success();
}

llvm::Expected<Array> Column::read(uint64_t index) {
  Array array;
  array.type = header.type;
  array.shape = sampleShape;
  if (whole) {
    auto begin = whole->data.begin() + index * sampleBytes;
    array.data.assign(begin, begin + sampleBytes);
    return array;
  }
  array.data.resize(sampleBytes);
  if (llvm::Error error = stream->read(array.data))
    return std::move(error);
  if (index + 1 == samples)
    if (llvm::Error error = stream->finish())
      return std::move(error);
  if (array.type == ElementType::Bool)
    for (char &byte : array.data)
      byte = byte != 0;
  return array;
}

class ArraySet : public DataSet {
public:
  ArraySet(llvm::StringRef path, llvm::ArrayRef<InputSpec> inputs, const DataLimits &limits)
      : path(path), inputs(inputs), limits(limits) {}

  uint64_t size() const override { return columns.front().samples; }
  bool labelled() const override { return labels.has_value(); }
  int64_t label(uint64_t index) const override {
    return int64_t(elementAsDouble(*labels, int64_t(index)));
  }
  std::string name(uint64_t index) const override { return std::to_string(index); }
  std::string place(uint64_t index) const override {
    return "'" + path + "': sample " + std::to_string(index);
  }

  llvm::Error open(bool zip) {
    auto opened = ByteSource::ofFile(path);
    if (!opened)
      return opened.takeError();
    source = std::move(*opened);
    if (llvm::Error error = zip ? openMembers() : openPlain())
      return error;
    for (const Column &column : columns)
      if (column.samples != size())
        return column.fail("expected " + llvm::Twine(size()) + " samples as in '" +
                           columns.front().place + "', got " + llvm::Twine(column.samples));
    if (labels && uint64_t(labels->numElements()) != size())
      return createStringError("'" + path + "': expected " + llvm::Twine(size()) +
                               " labels, one for each sample, got " +
                               llvm::Twine(labels->numElements()));
    return llvm::Error::success();
  }

protected:
  llvm::Expected<Sample> read(uint64_t index) override {
    Sample sample;
    for (Column &column : columns) {
      auto array = column.read(index);
      if (!array)
        return array.takeError();
      sample.inputs.push_back(std::move(*array));
    }
    return sample;
  }

private:
  llvm::Error fail(const llvm::Twine &what) const {
    return createStringError("'" + path + "': " + what);
  }

  llvm::Error openPlain() {
    if (inputs.size() != 1)
      return fail("a .npy file has one array, the model has inputs " + quotedNames(inputs) +
                  "; save a .npz with these names");
    return addColumn(streamOf(source), source->size(), path, inputs.front());
  }

  llvm::Error addColumn(std::unique_ptr<ByteStream> stream, uint64_t bytes, llvm::StringRef where,
                        const InputSpec &input) {
    Column column;
    column.place = where.str();
    column.stream = std::move(stream);
    auto header = readNpyHeader(*column.stream, bytes, where);
    if (!header)
      return header.takeError();
    column.header = std::move(*header);
    if (llvm::Error error = column.start(input, limits))
      return error;
    columns.push_back(std::move(column));
    return llvm::Error::success();
  }

  static llvm::StringRef nameOf(const ZipMember &member) {
    llvm::StringRef name = member.name;
    name.consume_back(".npy");
    return name;
  }
  std::string placeOf(const ZipMember &member) const { return path + ":" + member.name; }

  llvm::Error openMembers() {
    auto members = readZipDirectory(*source, path, {});
    if (!members)
      return members.takeError();
    auto find = [&](llvm::StringRef name) -> const ZipMember * {
      auto found =
          llvm::find_if(*members, [&](const auto &member) { return nameOf(member) == name; });
      return found == members->end() ? nullptr : &*found;
    };
    auto isInput = [&](llvm::StringRef name) {
      return llvm::any_of(inputs, [&](const InputSpec &input) { return input.name == name; });
    };
    const ZipMember *labelMember = nullptr;
    for (llvm::StringRef name : {"labels", "label", "y"})
      if (!isInput(name) && find(name))
        labelMember = find(name);
    llvm::SmallVector<const ZipMember *> chosen;
    for (const InputSpec &input : inputs)
      chosen.push_back(find(input.name));
    if (inputs.size() == 1 && !chosen.front()) {
      chosen.front() = find("x");
      if (!chosen.front() && members->size() == (labelMember ? 2 : 1))
        chosen.front() = &(*members)[labelMember == &members->front()];
    }
    if (members->empty() || llvm::is_contained(chosen, nullptr)) {
      std::string held;
      for (const ZipMember &member : *members)
        held += (held.empty() ? "'" : ", '") + nameOf(member).str() + "'";
      return fail("expected an array for each input of the model (" + quotedNames(inputs) +
                  (inputs.size() == 1 ? ", or 'x'" : "") + "), it holds " +
                  (held.empty() ? "nothing" : held) + "; rename the arrays");
    }
    for (auto [member, input] : llvm::zip_equal(chosen, inputs)) {
      auto stream = openMember(*member);
      if (!stream)
        return stream.takeError();
      if (llvm::Error error = addColumn(std::move(*stream), member->size, placeOf(*member), input))
        return error;
    }
    return labelMember ? readLabels(*labelMember) : llvm::Error::success();
  }

  llvm::Expected<std::unique_ptr<ByteStream>> openMember(const ZipMember &member) {
    if (member.deflated() && member.size > bombBytes && member.size / bombRatio > member.packed)
      return createStringError("'" + placeOf(member) + "': " + llvm::Twine(member.packed) +
                               " bytes that inflate to " + llvm::Twine(member.size) +
                               " look like a zip bomb; save real data with numpy.savez");
    return openZipMember(source, member, placeOf(member));
  }

  llvm::Error readLabels(const ZipMember &member) {
    std::string where = placeOf(member);
    auto stream = openMember(member);
    if (!stream)
      return stream.takeError();
    auto header = readNpyHeader(**stream, member.size, where);
    if (!header)
      return header.takeError();
    bool plain = header->shape.size() == 1 || (header->shape.size() == 2 && header->shape[1] == 1);
    if (!plain || header->type >= ElementType::F16)
      return createStringError("'" + where +
                               "': expected labels as whole numbers, one for each sample, got " +
                               describeShape(elementTypeName(header->type), header->shape) +
                               "; convert them with astype");
    ArrayLimits arrayLimits;
    arrayLimits.bytes = limits.sampleBytes;
    auto array = readNpyData(**stream, *header, where, arrayLimits);
    if (!array)
      return array.takeError();
    labels = std::move(*array);
    return llvm::Error::success();
  }

  std::string path;
  std::vector<InputSpec> inputs;
  DataLimits limits;
  std::shared_ptr<ByteSource> source;
  std::vector<Column> columns;
  std::optional<Array> labels;
};

} // namespace

OpenedDataSet pith::openArraySet(llvm::StringRef path, bool zip, llvm::ArrayRef<InputSpec> inputs,
                                 const DataLimits &limits) {
  if (inputs.empty())
    return createStringError("the model has no inputs: there is nothing to evaluate");
  auto set = std::make_unique<ArraySet>(path, inputs, limits);
  if (llvm::Error error = set->open(zip))
    return std::move(error);
  return set;
}
