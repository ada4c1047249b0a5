// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Emit/Weights.h"
#include "dialects/Pith/ConstantReader.h"
#include "lib/Emit/EntryModel.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/Endian.h"

using namespace mlir;
using namespace pith;

namespace {

constexpr int64_t tileBytes = int64_t(1) << 20;

/// Hashes the bytes in the order in which they stand, gaps as zeros.
struct HashedWriter {
  FileWriter &file;
  uint64_t base;
  int64_t position = 0;
  llvm::BLAKE3 hash = {};

  void skipTo(int64_t offset) {
    static const char zeros[4096] = {};
    while (position < offset) {
      int64_t step = std::min<int64_t>(offset - position, sizeof zeros);
      hash.update(StringRef(zeros, step));
      position += step;
    }
  }

  LogicalResult append(ArrayRef<char> bytes) {
    hash.update(StringRef(bytes.data(), bytes.size()));
    LogicalResult result = file.write(base + position, bytes);
    position += bytes.size();
    return result;
  }
};

} // namespace

FailureOr<std::array<uint8_t, 32>> pith::writeWeights(const ModelInfo &info, FileWriter &file,
                                                      uint64_t base, Location loc) {
  HashedWriter writer{file, base};
  std::vector<char> tile;
  std::pair<int64_t, Attribute> last = {-1, Attribute()};
  for (auto entry : info.weightTable) {
    auto [offset, value] = entry;
    if (std::exchange(last, entry) == entry)
      continue; // equal constants share their place
    auto reader = ConstantReader::create(value, [&] { return emitError(loc); });
    if (failed(reader))
      return failure();
    int64_t bytes = reader->numElements() * reader->elementBytes();
    if (offset < writer.position || offset % 64 || bytes > info.weights - offset)
      return emitError(loc)
             << "weights at " << offset << ", " << bytes
             << " bytes, overlap others, are not aligned or end behind 'pith.weights'";
    writer.skipTo(offset);
    int64_t step = std::max<int64_t>(tileBytes / reader->elementBytes(), 1);
    for (int64_t first = 0; first < reader->numElements(); first += step) {
      int64_t count = std::min(step, reader->numElements() - first);
      tile.resize(count * reader->elementBytes());
      reader->read(first, tile);
      if (failed(writer.append(tile)))
        return failure();
    }
  }
  writer.skipTo(info.weights);
  return writer.hash.final();
}

std::array<char, 64> pith::weightsHeader(const ModelInfo &info,
                                         const std::array<uint8_t, 32> &hash) {
  std::array<char, ENTRY_WEIGHTS_HEADER> header = {};
  std::memcpy(header.data(), "pithwgts", 8);
  llvm::support::endian::write32le(&header[8], 1);
  llvm::support::endian::write32le(&header[12], ENTRY_WEIGHTS_HEADER);
  llvm::support::endian::write64le(&header[16], info.weights);
  std::memcpy(&header[32], hash.data(), hash.size());
  return header;
}
