// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// .npy: whatever is read is written and read again as the same.
#include "pith/Support/Arrays.h"
#include "test/Fuzz/support/MutateParts.h"
#include "llvm/Support/Endian.h"

using namespace pith;
using llvm::StringRef;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto array = parseNpy(fuzz::textOf(data, size), "x.npy");
  if (!array) {
    fuzz::expectMessage(array.takeError());
    return 0;
  }
  auto again = parseNpy(formatNpy(*array), "again.npy");
  fuzz::expect(bool(again), "an array is not read again");
  fuzz::expect(again->shape == array->shape && again->type == array->type &&
                   again->data == array->data,
               "an array is read again as another");
  return 0;
}

static unsigned lengthBytes(StringRef version) { return version.starts_with("\x01") ? 2 : 4; }

/// The text of the header under the version, the data under no name.
fuzz::Parts fuzz::partsOf(StringRef bytes) {
  if (bytes.size() < 12)
    return {};
  StringRef version = bytes.substr(6, 2);
  unsigned width = lengthBytes(version);
  size_t size = width == 2 ? llvm::support::endian::read16le(bytes.data() + 8)
                           : llvm::support::endian::read32le(bytes.data() + 8);
  bytes = bytes.drop_front(8 + width);
  return {{version.str(), bytes.take_front(size).str()}, {"", bytes.substr(size).str()}};
}

std::string fuzz::join(llvm::ArrayRef<Part> parts, bool) {
  std::string file = "\x93NUMPY";
  for (const auto &[name, bytes] : parts)
    file += (name.empty() ? "" : name + little(bytes.size(), lengthBytes(name))) + bytes;
  return file;
}

llvm::ArrayRef<StringRef> fuzz::wordsOfParts() {
  static constexpr StringRef words[] = {StringRef("\1\0", 2),
                                        StringRef("\2\0", 2),
                                        StringRef("\3\0", 2),
                                        "'descr': ",
                                        "'fortran_order': ",
                                        "'shape': ",
                                        "'<f4'",
                                        "'>f4'",
                                        "'|b1'",
                                        "'|u1'",
                                        "'<i8'",
                                        "'<f8'",
                                        "'<f2'",
                                        "'|V2'",
                                        "True",
                                        "False",
                                        "(",
                                        ")",
                                        "()",
                                        "(0,)",
                                        "(1, 2)",
                                        "-1",
                                        "4L",
                                        "{",
                                        "}",
                                        ", ",
                                        "\"",
                                        "2147483648",
                                        "9223372036854775807",
                                        "18446744073709551616"};
  return words;
}
