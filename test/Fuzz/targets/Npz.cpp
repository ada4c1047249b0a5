// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// .npz: whatever is read is written and read again as the same.
#include "lib/Support/Zip.h"
#include "pith/Support/Arrays.h"
#include "test/Fuzz/support/MutateParts.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/Compression.h"

using namespace pith;
using llvm::StringRef;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ArrayLimits limits;
  limits.bytes = 64 << 20; // deflated data grow a thousand times
  auto arrays = parseNpz(fuzz::textOf(data, size), "x.npz", limits);
  if (!arrays) {
    fuzz::expectMessage(arrays.takeError());
    return 0;
  }
  auto bytes = formatNpz(*arrays);
  if (!bytes) { // of names that have no room for .npy behind them
    fuzz::expectMessage(bytes.takeError());
    return 0;
  }
  auto again = parseNpz(*bytes, "again.npz");
  fuzz::expect(bool(again), "arrays are not read again");
  fuzz::expect(again->size() == arrays->size(), "another number of arrays is read again");
  for (size_t i = 0; i < arrays->size(); ++i) {
    const Array &first = (*arrays)[i], &second = (*again)[i];
    fuzz::expect(first.name == second.name && first.shape == second.shape &&
                     first.data == second.data,
                 "an array is read again as another");
  }
  return 0;
}

/// The members that can be read, with what they hold.
fuzz::Parts fuzz::partsOf(StringRef bytes) {
  constexpr uint64_t largest = 1 << 16;
  std::shared_ptr<ByteSource> source = ByteSource::ofMemory(bytes);
  auto members = readZipDirectory(*source, "x.npz", ArrayLimits());
  if (!members) {
    llvm::consumeError(members.takeError());
    return {};
  }
  Parts parts;
  for (const ZipMember &member : *members) {
    auto stream = openZipMember(source, member, "x.npz");
    std::string content(std::min(member.size, largest), '\0');
    llvm::Error error = stream ? (*stream)->read(content) : stream.takeError();
    if (!error)
      parts.push_back({member.name, std::move(content)});
    llvm::consumeError(std::move(error));
  }
  return parts;
}

std::string fuzz::join(llvm::ArrayRef<Part> parts, bool deflate) {
  std::string file, directory;
  for (const auto &[name, bytes] : parts) {
    std::string packed = bytes;
    if (deflate) {
      llvm::SmallVector<uint8_t> framed;
      llvm::compression::zlib::compress(llvm::arrayRefFromStringRef(bytes), framed);
      packed = llvm::toStringRef(framed).drop_front(2).drop_back(4).str(); // a frame of zlib's own
    }
    std::string common = little(0, 2) + little(deflate ? 8 : 0, 2) + little(0, 4) +
                         little(llvm::crc32(llvm::arrayRefFromStringRef(bytes)), 4) +
                         little(packed.size(), 4) + little(bytes.size(), 4) +
                         little(name.size(), 2) + little(0, 2);
    directory += little(zipCentralMagic, 4) + little(20, 2) + little(20, 2) + common +
                 little(0, 10) + little(file.size(), 4) + name;
    file += little(zipLocalMagic, 4) + little(20, 2) + common + name + packed;
  }
  size_t begin = file.size();
  file += directory + little(zipEndMagic, 4) + little(0, 4) + little(parts.size(), 2) +
          little(parts.size(), 2) + little(directory.size(), 4) + little(begin, 4) + little(0, 2);
  return file;
}

llvm::ArrayRef<StringRef> fuzz::wordsOfParts() {
  static constexpr StringRef words[] = {"",      "x.npy",  "x",     "../x.npy", ".npy",
                                        "'<f4'", "'|b1'",  "'<i8'", "True",     "False",
                                        "(2,)",  "(1, 2)", "()",    "NUMPY"};
  return words;
}
