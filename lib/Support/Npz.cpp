// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NumPy's .npz: a zip archive of .npy files, stored or deflated.
#include "pith/Support/Arrays.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/Endian.h"
#include <zlib.h>

using namespace pith;
using llvm::createStringError;
using llvm::support::endian::read16le;
using llvm::support::endian::read32le;

namespace {

constexpr uint32_t localMagic = 0x04034b50, centralMagic = 0x02014b50, endMagic = 0x06054b50;
constexpr size_t localBytes = 30, centralBytes = 46, endBytes = 22;
// Deflate cannot do better than 1032:1.
constexpr uint64_t deflateRatio = 1032;

struct Member {
  llvm::StringRef name;
  unsigned method;
  uint32_t crc;
  uint64_t packed, size, localOffset;
};

llvm::Error fail(llvm::StringRef place, const llvm::Twine &what) {
  return createStringError("'" + place + "': " + what);
}

/// The end record, which a comment may follow.
std::optional<size_t> findEnd(llvm::StringRef bytes) {
  if (bytes.size() < endBytes)
    return std::nullopt;
  size_t last = bytes.size() - endBytes, first = last > 0xffff ? last - 0xffff : 0;
  for (size_t at = last + 1; at-- > first;)
    if (read32le(bytes.data() + at) == endMagic)
      return at;
  return std::nullopt;
}

llvm::Expected<std::vector<Member>> readDirectory(llvm::StringRef bytes, llvm::StringRef place,
                                                  const ArrayLimits &limits) {
  std::optional<size_t> end = findEnd(bytes);
  if (!end)
    return fail(place, "expected a zip archive, found no directory at its end");
  unsigned count = read16le(bytes.data() + *end + 10);
  uint64_t at = read32le(bytes.data() + *end + 16);
  if (count > limits.members)
    return fail(place, "expected at most " + llvm::Twine(limits.members) + " members, got " +
                           llvm::Twine(count));
  std::vector<Member> members;
  for (unsigned i = 0; i < count; ++i) {
    if (at > *end || *end - at < centralBytes || read32le(bytes.data() + at) != centralMagic)
      return fail(place, "the zip directory is damaged");
    const char *entry = bytes.data() + at;
    size_t nameBytes = read16le(entry + 28), skip = read16le(entry + 30) + read16le(entry + 32);
    if (*end - at - centralBytes < nameBytes + skip)
      return fail(place, "the zip directory is damaged");
    Member member{bytes.substr(at + centralBytes, nameBytes),
                  read16le(entry + 10),
                  read32le(entry + 16),
                  read32le(entry + 20),
                  read32le(entry + 24),
                  read32le(entry + 42)};
    if (read16le(entry + 8) & 1)
      return fail(place, "member '" + member.name + "' is encrypted");
    if (member.packed == 0xffffffff || member.size == 0xffffffff ||
        member.localOffset == 0xffffffff)
      return fail(place, "member '" + member.name + "': archives above 4 GiB are not supported");
    members.push_back(member);
    at += centralBytes + nameBytes + skip;
  }
  return members;
}

llvm::Expected<std::string> inflateMember(llvm::StringRef packed, const Member &member,
                                          llvm::StringRef place) {
  if (member.size > packed.size() * deflateRatio + 64)
    return fail(place, "the deflated data cannot have the stated size");
  std::string data(member.size, '\0');
  z_stream stream = {};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return fail(place, "cannot start to inflate");
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.data()));
  stream.avail_in = packed.size();
  stream.next_out = reinterpret_cast<Bytef *>(data.data());
  stream.avail_out = data.size();
  int status = inflate(&stream, Z_FINISH);
  bool complete = status == Z_STREAM_END && stream.total_out == member.size;
  inflateEnd(&stream);
  if (!complete)
    return fail(place, "the deflated data is damaged");
  return data;
}

/// The member's bytes: a view of the file, or `storage`.
llvm::Expected<llvm::StringRef> readMember(llvm::StringRef bytes, const Member &member,
                                           llvm::StringRef place, const ArrayLimits &limits,
                                           std::string &storage) {
  uint64_t at = member.localOffset;
  if (at > bytes.size() || bytes.size() - at < localBytes ||
      read32le(bytes.data() + at) != localMagic)
    return fail(place, "the zip directory points elsewhere");
  at += localBytes + read16le(bytes.data() + at + 26) + read16le(bytes.data() + at + 28);
  if (at > bytes.size() || bytes.size() - at < member.packed)
    return fail(place, "the data is cut off");
  llvm::StringRef data = bytes.substr(at, member.packed);
  if (member.size > limits.bytes)
    return fail(place, "larger than the limit of " + llvm::Twine(limits.bytes) + " bytes");
  if (member.method == Z_DEFLATED) {
    auto inflated = inflateMember(data, member, place);
    if (!inflated)
      return inflated.takeError();
    storage = std::move(*inflated);
    data = storage;
  } else if (member.method != 0) {
    return fail(place,
                "expected a stored or deflated member, got method " + llvm::Twine(member.method));
  }
  if (data.size() != member.size || llvm::crc32(llvm::arrayRefFromStringRef(data)) != member.crc)
    return fail(place, "the checksum does not match: the file is damaged");
  return data;
}

void append16(std::string &out, unsigned value) {
  out += char(value & 0xff);
  out += char(value >> 8 & 0xff);
}
void append32(std::string &out, uint32_t value) {
  append16(out, value & 0xffff);
  append16(out, value >> 16);
}

} // namespace

llvm::Expected<std::vector<Array>> pith::parseNpz(llvm::StringRef bytes, llvm::StringRef place,
                                                  const ArrayLimits &limits) {
  auto members = readDirectory(bytes, place, limits);
  if (!members)
    return members.takeError();
  std::vector<Array> arrays;
  llvm::StringSet<> names;
  uint64_t total = 0;
  for (const Member &member : *members) {
    std::string storage, where = (place + ":" + member.name).str();
    auto data = readMember(bytes, member, where, limits, storage);
    if (!data)
      return data.takeError();
    total += member.size;
    if (total > limits.bytes)
      return fail(place, "larger than the limit of " + llvm::Twine(limits.bytes) + " bytes in all");
    auto array = parseNpy(*data, where, limits);
    if (!array)
      return array.takeError();
    llvm::StringRef name = member.name;
    name.consume_back(".npy");
    array->name = name.str();
    if (!names.insert(name).second)
      return fail(place, "member '" + name + "' occurs twice");
    arrays.push_back(std::move(*array));
  }
  return arrays;
}

std::string pith::formatNpz(llvm::ArrayRef<Array> arrays) {
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
    append32(directory, centralMagic);
    append16(directory, 20);
    append16(directory, 20);
    directory += common;
    append16(directory, 0);
    append16(directory, 0);
    append16(directory, 0);
    append32(directory, 0);
    append32(directory, out.size());
    directory += name;
    append32(out, localMagic);
    append16(out, 20);
    out += common + name + data;
  }
  size_t begin = out.size();
  out += directory;
  append32(out, endMagic);
  append32(out, 0);
  append16(out, arrays.size());
  append16(out, arrays.size());
  append32(out, directory.size());
  append32(out, begin);
  append16(out, 0);
  return out;
}
