// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NumPy's .npz: a zip archive of .npy files, stored or deflated.
#include "lib/Support/Npy.h"
#include "lib/Support/Zip.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/CRC.h"

using namespace pith;
using llvm::createStringError;

namespace {

void append16(std::string &out, unsigned value) {
  out += char(value & 0xff);
  out += char(value >> 8 & 0xff);
}
void append32(std::string &out, uint32_t value) {
  append16(out, value & 0xffff);
  append16(out, value >> 16);
}

} // namespace

static llvm::Expected<Array> readMember(const std::shared_ptr<ByteSource> &source,
                                        const ZipMember &member, llvm::StringRef place,
                                        const ArrayLimits &limits) {
  auto stream = openZipMember(source, member, place);
  if (!stream)
    return stream.takeError();
  auto header = readNpyHeader(**stream, member.size, place);
  if (!header)
    return header.takeError();
  return readNpyData(**stream, *header, place, limits);
}

llvm::Expected<std::vector<Array>> pith::parseNpz(llvm::StringRef bytes, llvm::StringRef place,
                                                  const ArrayLimits &limits) {
  std::shared_ptr<ByteSource> source = ByteSource::ofMemory(bytes);
  auto members = readZipDirectory(*source, place, limits);
  if (!members)
    return members.takeError();
  std::vector<Array> arrays;
  llvm::StringSet<> names;
  uint64_t total = 0;
  for (const ZipMember &member : *members) {
    total += member.size;
    if (total > limits.bytes)
      return createStringError("'" + place + "': larger than the limit of " +
                               llvm::Twine(limits.bytes) + " bytes in all");
    auto array = readMember(source, member, (place + ":" + member.name).str(), limits);
    if (!array)
      return array.takeError();
    llvm::StringRef name = member.name;
    name.consume_back(".npy");
    array->name = name.str();
    if (!names.insert(name).second)
      return createStringError("'" + place + "': member '" + name + "' occurs twice");
    arrays.push_back(std::move(*array));
  }
  return arrays;
}

/// The fields of a zip archive have 16 and 32 bits, and 0xffffffff means more.
static llvm::Error checkRoom(llvm::ArrayRef<Array> arrays) {
  constexpr uint64_t most = 0xfffffffe, overhead = 1 << 10; // of records and headers
  uint64_t total = 0;
  for (const Array &array : arrays) {
    if (array.name.size() + 4 > 0xffff)
      return createStringError("a name has " + llvm::Twine(array.name.size()) +
                               " bytes, an .npz archive takes 65531; shorten it");
    total += array.data.size() + 2 * array.name.size() + overhead;
    if (total > most)
      return createStringError("'" + array.name +
                               "' does not fit into an .npz archive, which ends at 4 GiB; "
                               "write fewer or smaller arrays");
  }
  if (arrays.size() > 0xffff)
    return createStringError(llvm::Twine(arrays.size()) +
                             " arrays, an .npz archive takes 65535; write fewer");
  return llvm::Error::success();
}

llvm::Expected<std::string> pith::formatNpz(llvm::ArrayRef<Array> arrays) {
  if (llvm::Error error = checkRoom(arrays))
    return std::move(error);
  std::string out, directory;
  for (const Array &array : arrays) {
    std::string name = array.name + ".npy", data = formatNpy(array), common;
    append16(common, 0x800);      // names are UTF-8
    append16(common, 0);          // stored
    append32(common, 0x00210000); // the first day of 1980
    append32(common, llvm::crc32(llvm::arrayRefFromStringRef(data)));
    append32(common, data.size());
    append32(common, data.size());
    append16(common, name.size());
    append16(common, 0);
    append32(directory, zipCentralMagic);
    append16(directory, 20);
    append16(directory, 20);
    directory += common;
    append16(directory, 0);
    append16(directory, 0);
    append16(directory, 0);
    append32(directory, 0);
    append32(directory, out.size());
    directory += name;
    append32(out, zipLocalMagic);
    append16(out, 20);
    out += common + name + data;
  }
  size_t begin = out.size();
  out += directory;
  append32(out, zipEndMagic);
  append32(out, 0);
  append16(out, arrays.size());
  append16(out, arrays.size());
  append32(out, directory.size());
  append32(out, begin);
  append16(out, 0);
  return out;
}
