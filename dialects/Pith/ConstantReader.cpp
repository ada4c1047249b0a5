// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Pith/ConstantReader.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"
#include <cstring>

using namespace mlir;
using namespace pith;

FailureOr<ConstantReader> ConstantReader::create(Attribute value,
                                                 function_ref<InFlightDiagnostic()> emitError) {
  ConstantReader reader;
  reader.value = value;
  auto typed = dyn_cast<TypedAttr>(value);
  auto type = typed ? dyn_cast<RankedTensorType>(typed.getType()) : RankedTensorType();
  if (!type || !type.hasStaticShape()) {
    emitError() << "expected a constant tensor, got " << value;
    return failure();
  }
  reader.width = pith::elementBytes(type.getElementType());
  reader.count = type.getNumElements();
  if (auto constant = dyn_cast<ConstantAttr>(value)) {
    reader.source = constant.getSourceBytes();
    if (int64_t(reader.source.size()) != storageBytes(constant.getSourceType())) {
      emitError() << "blob '" << constant.getSource().getKey()
                  << "' is not loaded; give the file with the weights beside the module";
      return failure();
    }
    reader.direct = llvm::all_of(constant.getSteps(), llvm::IsaPred<ReshapeAttr>);
    return reader;
  }
  if (auto dense = dyn_cast<DenseElementsAttr>(value)) {
    reader.source = dense.getRawData();
    reader.splat = dense.isSplat();
    reader.bits = dense.getElementType().isInteger(1);
    reader.direct = !reader.splat && !reader.bits;
    return reader;
  }
  emitError() << "expected a dense or #pith.constant value";
  return failure();
}

/// The elements of a step's input that make those of its result at `indices`.
static SmallVector<int64_t, 0> neededFor(ConstantTransformInterface step, RankedTensorType input,
                                         ArrayRef<int64_t> indices) {
  SmallVector<int64_t, 0> needed;
  int64_t each = step.fanIn();
  needed.reserve(indices.size() * each);
  for (int64_t index : indices)
    for (int64_t part = 0; part < each; ++part)
      needed.push_back(index * each + part);
  step.mapIndices(input, needed);
  return needed;
}

/// The elements at `indices` behind the first `number` steps of a constant.
static void readSteps(ConstantAttr constant, ArrayRef<RankedTensorType> types, unsigned number,
                      SmallVector<int64_t, 0> indices, ArrayRef<char> source,
                      MutableArrayRef<char> out) {
  if (number == 0) {
    int64_t width = out.size() / std::max<size_t>(indices.size(), 1);
    for (auto [i, index] : llvm::enumerate(indices))
      std::memcpy(&out[i * width], &source[index * width], width);
    return;
  }
  ConstantTransformInterface step = constant.getSteps()[number - 1];
  RankedTensorType input = types[number - 1];
  SmallVector<int64_t, 0> needed = neededFor(step, input, indices);
  int64_t width = pith::elementBytes(input.getElementType());
  std::vector<char> from(needed.size() * width);
  readSteps(constant, types, number - 1, std::move(needed), source, from);
  step.mapElements(input, indices, from, out);
}

void ConstantReader::readTile(int64_t first, MutableArrayRef<char> out) const {
  int64_t tile = out.size() / width;
  SmallVector<int64_t, 0> indices(tile);
  for (int64_t i = 0; i < tile; ++i)
    indices[i] = splat ? 0 : first + i;
  if (auto constant = dyn_cast<ConstantAttr>(value)) {
    SmallVector<RankedTensorType> types{constant.getSourceType()};
    auto silent = [&] { return emitError(UnknownLoc::get(value.getContext())); };
    for (ConstantTransformInterface step : constant.getSteps())
      types.push_back(*step.resultType(types.back(), silent)); // verified with the attribute
    readSteps(constant, types, constant.getSteps().size(), std::move(indices), source, out);
    return;
  }
  if (bits) { // dense<> packs booleans
    auto values = cast<DenseElementsAttr>(value).getValues<bool>();
    for (int64_t i = 0; i < tile; ++i)
      out[i] = values[indices[i]];
    return;
  }
  for (int64_t i = 0; i < tile; ++i)
    std::memcpy(&out[i * width], &source[indices[i] * width], width);
}

void ConstantReader::read(int64_t first, MutableArrayRef<char> out) const {
  if (out.empty())
    return;
  if (direct) {
    std::memcpy(out.data(), source.data() + first * width, out.size());
    return;
  }
  constexpr int64_t tileElements = 4096;
  for (int64_t done = 0, total = out.size() / width; done < total; done += tileElements) {
    int64_t tile = std::min(tileElements, total - done);
    readTile(first + done, out.slice(done * width, tile * width));
  }
}

TypedAttr pith::withStep(TypedAttr value, ConstantTransformInterface step) {
  ScopedDiagnosticHandler silent(value.getContext(), [](Diagnostic &) { return success(); });
  auto error = [&] { return emitError(UnknownLoc::get(value.getContext())); };
  if (auto constant = dyn_cast<ConstantAttr>(value)) {
    FailureOr<ConstantAttr> next = constant.then(step, error);
    return succeeded(next) ? TypedAttr(*next) : TypedAttr();
  }
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!isa<DenseElementsAttr>(value) || !type || type.getElementType().isInteger(1))
    return {};
  FailureOr<RankedTensorType> result = step.resultType(type, error);
  FailureOr<ConstantReader> reader = ConstantReader::create(value, error);
  if (failed(result) || failed(reader))
    return {};
  std::vector<char> input(reader->numElements() * reader->elementBytes());
  reader->read(0, input);
  SmallVector<int64_t, 0> wanted = llvm::to_vector_of<int64_t, 0>(
                              llvm::seq<int64_t>(0, result->getNumElements())),
                          indices = neededFor(step, type, wanted);
  int64_t width = reader->elementBytes();
  std::vector<char> from(indices.size() * width), to(storageBytes(*result));
  for (auto [i, index] : llvm::enumerate(indices))
    std::memcpy(&from[i * width], &input[index * width], width);
  step.mapElements(type, wanted, from, to);
  return DenseElementsAttr::getFromRawBuffer(*result, to);
}
