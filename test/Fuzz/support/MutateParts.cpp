// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Mutates the parts of a file and puts them together again. A change of one byte would
// not get beyond the checksum of its part; now and then one is made nevertheless.
#include "test/Fuzz/support/MutateParts.h"
#include <cstring>
#include <random>

using namespace pith::fuzz;
using llvm::StringRef;

namespace {

class PartsMutator {
public:
  PartsMutator(StringRef file, unsigned seed) : random(seed), parts(partsOf(file)) {}

  bool empty() const { return parts.empty(); }

  void mutate() {
    if (parts.empty())
      return;
    switch (below(16)) {
    case 0:
      parts.erase(parts.begin() + any());
      return;
    case 1:
      return insert(parts[any()]);
    case 2:
      return std::swap(parts[any()], parts[any()]);
    case 3:
      parts[any()].name = word();
      return;
    case 4:
    case 5:
    case 6:
      return changeWord(parts[any()].bytes);
    default:
      return changeBytes(parts[any()].bytes);
    }
  }

  /// A part of the other file joins, or takes the place of one.
  void cross(PartsMutator &other) {
    if (parts.empty() || other.parts.empty())
      return;
    const Part &part = other.parts[other.any()];
    if (below(2))
      return insert(part);
    parts[any()] = part;
  }

  size_t write(uint8_t *out, size_t maxSize) {
    std::string file = join(parts, below(2));
    if (file.size() > maxSize)
      return 0;
    std::memcpy(out, file.data(), file.size());
    return file.size();
  }

private:
  size_t below(size_t bound) { return bound ? random() % bound : 0; }
  size_t any() { return below(parts.size()); }
  StringRef word() { return wordsOfParts()[below(wordsOfParts().size())]; }

  void insert(Part part) { parts.insert(parts.begin() + below(parts.size() + 1), std::move(part)); }

  /// A word is written over bytes, or between them.
  void changeWord(std::string &bytes) {
    StringRef with = word();
    size_t at = below(bytes.size() + 1);
    bytes.replace(at, below(2) ? with.size() : 0, with.str());
  }

  static void changeBytes(std::string &bytes) {
    size_t size = bytes.size();
    bytes.resize(size + 64);
    bytes.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t *>(bytes.data()), size, bytes.size()));
  }

  std::minstd_rand random;
  Parts parts;
};

} // namespace

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize, unsigned seed) {
  PartsMutator mutator(textOf(data, size), seed);
  if (seed % 8 == 0 || mutator.empty())
    return LLVMFuzzerMutate(data, size, maxSize);
  for (unsigned times = 1 + seed / 8 % 3; times--;)
    mutator.mutate();
  size_t changed = mutator.write(data, maxSize);
  return changed ? changed : size;
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t firstSize, const uint8_t *second,
                                 size_t secondSize, uint8_t *out, size_t maxSize, unsigned seed) {
  PartsMutator mutator(textOf(first, firstSize), seed), other(textOf(second, secondSize), seed + 1);
  mutator.cross(other);
  return mutator.write(out, maxSize);
}
