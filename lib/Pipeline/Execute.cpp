// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Pipeline/Execute.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace pith;

FailureOr<std::unique_ptr<LoadedModel>> pith::loadModule(ModuleOp lowered, uint64_t *objectBytes) {
  Location location = UnknownLoc::get(lowered.getContext());
  llvm::SmallString<128> folder;
  if (std::error_code error = llvm::sys::fs::createUniqueDirectory("pith", folder))
    return emitError(location) << "cannot make a temporary folder: " << error.message();
  BundleOptions options;
  options.folder = folder.str().str();
  options.selftest = false;
  options.durable = false;
  FailureOr<std::unique_ptr<LoadedModel>> model = failure();
  if (succeeded(writeBundle(lowered, options)))
    model = LoadedModel::fromBundle(folder, location);
  if (succeeded(model) && objectBytes) {
    llvm::SmallString<128> object(folder);
    llvm::sys::path::append(object, (*model)->name() + ".o");
    if (llvm::sys::fs::file_size(object, *objectBytes))
      *objectBytes = 0;
  }
  llvm::sys::fs::remove_directories(folder);
  return model;
}

static bool sameType(ElementType given, llvm::StringRef wanted) {
  if (elementTypeName(given) == wanted)
    return true;
  // Types that NumPy lacks come as integers of their width in memory.
  std::optional<ElementType> type = elementTypeByName(wanted);
  if (!type || *type == ElementType::BF16)
    return type && given == ElementType::U16;
  return *type > ElementType::F64 && (given == ElementType::U8 || given == ElementType::I8);
}

static std::string describe(llvm::StringRef type, llvm::ArrayRef<int64_t> shape) {
  std::string text;
  for (int64_t size : shape)
    text += (text.empty() ? "" : "x") + std::to_string(size);
  return (type + " [" + text + "]").str();
}

/// The number of samples in `array`, or an error when it does not fit `io`.
static llvm::Expected<uint32_t> samplesOf(const Array &array, const LoadedIo &io,
                                          uint32_t batchMax) {
  auto fail = [&] {
    return llvm::createStringError("input '" + io.name + "': expected " +
                                   describe(io.type, io.shape) + ", got " +
                                   describe(elementTypeName(array.type), array.shape));
  };
  if (!sameType(array.type, io.type) || array.shape.size() != io.shape.size())
    return fail();
  if (llvm::equal(array.shape, io.shape))
    return 1;
  bool batched = io.batched && !io.shape.empty() && array.shape.front() >= 1 &&
                 array.shape.front() <= int64_t(batchMax) &&
                 llvm::equal(llvm::drop_begin(array.shape), llvm::drop_begin(io.shape));
  if (!batched)
    return fail();
  return uint32_t(array.shape.front());
}

/// length=64, length=128 and so on.
static std::string listShapes(const LoadedModel &model) {
  std::string list;
  for (const LoadedShape &shape : model.shapes()) {
    list += list.empty() ? "" : ", ";
    for (auto [index, size] : llvm::enumerate(shape.sizes))
      list += (index ? " with " : "") + model.dims()[index] + "=" + std::to_string(size);
  }
  return list;
}

llvm::Error pith::chooseShape(LoadedModel &model, const std::map<std::string, DimSizes> &sizes) {
  std::vector<size_t> chosen;
  for (auto [index, shape] : llvm::enumerate(model.shapes()))
    if (llvm::all_of(sizes, [&, &shape = shape](const auto &wanted) {
          auto dim = llvm::find(model.dims(), wanted.first);
          return dim != model.dims().end() && wanted.second.sizes.size() == 1 &&
                 !wanted.second.bounded &&
                 wanted.second.sizes.front() == shape.sizes[dim - model.dims().begin()];
        }))
      chosen.push_back(index);
  if (chosen.size() != 1)
    return llvm::createStringError("expected --dim to choose one of the shapes that the model was "
                                   "compiled for: " +
                                   listShapes(model));
  model.chooseShape(chosen.front());
  return llvm::Error::success();
}

llvm::Error pith::chooseShape(LoadedModel &model, llvm::ArrayRef<Array> arrays) {
  for (size_t index = 0; index < model.shapes().size(); ++index) {
    model.chooseShape(index);
    uint32_t batch;
    auto arranged = arrangeInputs(model, arrays.vec(), batch);
    if (arranged)
      return llvm::Error::success();
    llvm::consumeError(arranged.takeError());
  }
  return llvm::createStringError("expected inputs for one of the shapes that the model was "
                                 "compiled for: " +
                                 listShapes(model));
}

llvm::Expected<std::vector<Array>> pith::arrangeInputs(const LoadedModel &model,
                                                       std::vector<Array> arrays, uint32_t &batch) {
  llvm::ArrayRef<LoadedIo> inputs = model.inputs();
  bool named = llvm::any_of(arrays, [](const Array &array) { return !array.name.empty(); });
  auto known = [&] {
    return llvm::join(
        llvm::map_range(inputs, [](const LoadedIo &io) { return "'" + io.name + "'"; }), ", ");
  };
  if (!named && arrays.size() != inputs.size())
    return llvm::createStringError("expected " + llvm::Twine(inputs.size()) + " inputs (" +
                                   known() + "), got " + llvm::Twine(arrays.size()));
  std::vector<Array> arranged;
  std::optional<uint32_t> samples;
  for (auto [index, io] : llvm::enumerate(inputs)) {
    auto array =
        named ? llvm::find_if(arrays,
                              [&, &io = io](const Array &array) { return array.name == io.name; })
              : arrays.begin() + index;
    if (array == arrays.end())
      return llvm::createStringError("expected an array for input '" + io.name +
                                     "'; the inputs are " + known());
    auto count = samplesOf(*array, io, model.batchMax());
    if (!count)
      return count.takeError();
    if (io.batched && samples && *samples != *count)
      return llvm::createStringError("expected all inputs to have the same number of samples");
    if (io.batched)
      samples = *count;
    arranged.push_back(std::move(*array));
    arranged.back().name = io.name;
  }
  batch = samples.value_or(1);
  return arranged;
}

/// A small generator of well mixed numbers (a counter through a bit mixer).
static uint64_t mix(uint64_t value) {
  value = (value ^ (value >> 33)) * 0xff51afd7ed558ccdULL;
  value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return value ^ (value >> 33);
}

std::vector<Array> pith::randomInputs(const LoadedModel &model, uint64_t seed) {
  std::vector<Array> arrays;
  uint64_t state = mix(seed + 1);
  for (const LoadedIo &io : model.inputs()) {
    Array &array = arrays.emplace_back();
    array.name = io.name;
    array.type = elementTypeByName(io.type).value_or(ElementType::U8);
    array.shape.assign(io.shape.begin(), io.shape.end());
    array.data.resize(io.bytes);
    unsigned width = byteWidth(array.type);
    for (size_t at = 0; at + width <= array.data.size(); at += width) {
      uint64_t bits = mix(state += 0x9e3779b97f4a7c15ULL);
      // Floats lie in [-1, 1); wide integers are small, as indices are.
      float value = float(int64_t(bits >> 40) - (1 << 23)) / float(1 << 23);
      double wide = value;
      uint32_t single = llvm::bit_cast<uint32_t>(value);
      switch (array.type) {
      case ElementType::F32:
        std::memcpy(&array.data[at], &single, 4);
        break;
      case ElementType::F64:
        std::memcpy(&array.data[at], &wide, 8);
        break;
      case ElementType::F16: { // 1.x * 2^-1 or so: sign and fraction at random
        uint16_t half = uint16_t((bits & 0x83ff) | 0x3800);
        std::memcpy(&array.data[at], &half, 2);
        break;
      }
      case ElementType::BF16: {
        uint16_t upper = uint16_t(single >> 16);
        std::memcpy(&array.data[at], &upper, 2);
        break;
      }
      case ElementType::Bool:
        bits &= 1;
        std::memcpy(&array.data[at], &bits, 1);
        break;
      case ElementType::I8:
      case ElementType::U8:
      case ElementType::I4: // the upper bits are ignored
      case ElementType::U4:
      case ElementType::I2:
      case ElementType::U2:
      case ElementType::F4E2M1FN:
        std::memcpy(&array.data[at], &bits, 1);
        break;
      case ElementType::F8E4M3FN: // below the highest exponent: no NaN
      case ElementType::F8E4M3FNUZ:
      case ElementType::F8E5M2:
      case ElementType::F8E5M2FNUZ:
        bits = (bits & 0x80) | (0x20 + bits % 0x18);
        std::memcpy(&array.data[at], &bits, 1);
        break;
      case ElementType::F8E8M0FNU: // around 1
        bits = 120 + bits % 16;
        std::memcpy(&array.data[at], &bits, 1);
        break;
      default:
        bits &= 1;
        std::memcpy(&array.data[at], &bits, width);
        break;
      }
    }
  }
  return arrays;
}

FailureOr<std::vector<Array>> pith::runOnArrays(const LoadedModel &model,
                                                llvm::ArrayRef<Array> inputs,
                                                const RunOptions &options) {
  std::vector<llvm::ArrayRef<char>> buffers(inputs.size());
  for (auto [index, array] : llvm::enumerate(inputs))
    buffers[index] = array.data;
  FailureOr<LoadedModel::Buffers> results = model.run(buffers, options);
  if (failed(results))
    return failure();
  std::vector<Array> outputs;
  for (auto [io, buffer] : llvm::zip_equal(model.outputs(), *results)) {
    Array &array = outputs.emplace_back();
    array.name = io.name;
    array.type = elementTypeByName(io.type).value_or(ElementType::U8);
    array.shape.assign(io.shape.begin(), io.shape.end());
    if (io.batched && !array.shape.empty())
      array.shape.front() = options.batch;
    array.data = std::move(buffer);
  }
  return outputs;
}
