// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Takes the bytes of large tensors out of the protobuf, so that the steps that
// copy the model do not copy them.
#include "lib/Import/OnnxFileModel.h"
#include <algorithm>

using namespace onnx;

namespace pith::reader {

std::string Weights::add(Bytes bytes) {
  blobs.push_back(std::move(bytes));
  return std::to_string(blobs.size() - 1);
}

const Bytes *Weights::find(const TensorProto &tensor) const {
  // The last one: a merged protobuf field overrides those before it.
  for (int i = tensor.external_data_size() - 1; i >= 0; --i) {
    size_t index;
    if (tensor.external_data(i).key() == blobKey)
      return llvm::StringRef(tensor.external_data(i).value()).getAsInteger(10, index) ||
                     index >= blobs.size()
                 ? nullptr
                 : &blobs[index];
  }
  return nullptr;
}

void setBlob(TensorProto &tensor, std::string index) {
  tensor.clear_raw_data();
  tensor.clear_float_data();
  tensor.clear_int32_data();
  tensor.clear_int64_data();
  tensor.clear_uint64_data();
  tensor.clear_double_data();
  tensor.clear_data_location();
  tensor.clear_external_data();
  StringStringEntryProto *entry = tensor.add_external_data();
  entry->set_key(blobKey.str());
  entry->set_value(std::move(index));
}

namespace {
Bytes own(std::string bytes) {
  auto owner = std::make_shared<std::string>(std::move(bytes));
  return {owner, llvm::ArrayRef(owner->data(), owner->size())};
}

// Bytes as a file stores them, brought to 0 or 1 for bool, and to whole bytes
// where they do not stay packed.
Bytes toElements(const TensorProto &tensor, int64_t count, const Bytes &bytes) {
  if (staysPacked(tensor.data_type()))
    return bytes;
  if (*elementBits(tensor.data_type()) < 8)
    return own(unpackElements(tensor.data_type(), count, bytes.data));
  auto strange = [](char byte) { return static_cast<uint8_t>(byte) > 1; };
  if (tensor.data_type() == TensorProto::BOOL && llvm::any_of(bytes.data, strange)) {
    std::string copy(bytes.data.begin(), bytes.data.end());
    for (char &byte : copy)
      byte = byte != 0;
    return own(std::move(copy));
  }
  return bytes;
}

class Taker {
public:
  Taker(llvm::StringRef folder, const ImportLimits &limits, Weights &weights)
      : files(folder), limits(limits), weights(weights) {}

  void take(TensorProto &tensor, llvm::StringRef what) {
    int64_t count = countElements(tensor, what, limits);
    if (tensor.has_segment())
      refuse(what + ": tensors in segments are not supported", "store the tensor whole");
    bool external = tensor.data_location() == TensorProto::EXTERNAL;
    if (tensor.data_type() == TensorProto::STRING && !external)
      return checkStrings(tensor, what, count);
    std::optional<int64_t> bits = elementBits(tensor.data_type());
    if (!bits)
      refuse(what + ": element type " + llvm::Twine(tensor.data_type()) +
                 (external ? " cannot be stored as external data"
                           : " is not one that ONNX 1.23 defines"),
             "export the model with a supported element type");
    int64_t size = (count * *bits + 7) / 8;
    Bytes stored;
    if (external)
      stored = files.read(tensor, what, size);
    else if (const Bytes *blob = weights.find(tensor))
      stored = *blob;
    else
      return takeOwn(tensor, what, count);
    if (static_cast<int64_t>(stored.data.size()) != size)
      refuse(what + ": expected " + llvm::Twine(size) + " bytes of data for " + llvm::Twine(count) +
                 " elements of type " + elementName(tensor.data_type()) + ", got " +
                 llvm::Twine(stored.data.size()),
             "the file is damaged; export the model again");
    if (size >= Weights::threshold)
      return setBlob(tensor, weights.add(toElements(tensor, count, stored)));
    setBlob(tensor, "");
    tensor.clear_external_data();
    if (count)
      tensor.set_raw_data(stored.data.data(), stored.data.size());
  }

private:
  void checkStrings(const TensorProto &tensor, llvm::StringRef what, int64_t count) {
    if (tensor.string_data_size() != count)
      refuse(what + ": expected " + llvm::Twine(count) + " strings, got " +
                 llvm::Twine(tensor.string_data_size()),
             "the file is damaged; export the model again");
  }

  // Small tensors keep their form: some of ONNX's adapters read typed data.
  void takeOwn(TensorProto &tensor, llvm::StringRef what, int64_t count) {
    tensor.clear_external_data();
    std::string bytes =
        staysPacked(tensor.data_type()) ? storedBytes(tensor, what) : elementBytes(tensor, what);
    if (count == 0)
      tensor.clear_raw_data();
    if (static_cast<int64_t>(bytes.size()) >= Weights::threshold)
      setBlob(tensor, weights.add(own(std::move(bytes))));
  }

  ExternalFiles files;
  const ImportLimits &limits;
  Weights &weights;
};
} // namespace

void takeWeights(ModelProto &model, llvm::StringRef folder, const ImportLimits &limits,
                 Weights &weights) {
  Taker taker(folder, limits, weights);
  forEachTensor(model,
                [&](TensorProto &tensor, llvm::StringRef what) { taker.take(tensor, what); });
}

} // namespace pith::reader
