// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Support/Zip.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/Endian.h"
#include <zlib.h>

using namespace pith;
using llvm::createStringError;
using llvm::support::endian::read16le;
using llvm::support::endian::read32le;

namespace {

constexpr size_t localBytes = 30, centralBytes = 46, endBytes = 22, chunkBytes = 1 << 16;
// Deflate cannot do better than 1032:1.
constexpr uint64_t deflateRatio = 1032;

llvm::Error fail(llvm::StringRef place, const llvm::Twine &what) {
  return createStringError("'" + place + "': " + what);
}

/// The end record, which a comment may follow.
std::optional<size_t> findEnd(llvm::StringRef bytes) {
  if (bytes.size() < endBytes)
    return std::nullopt;
  for (size_t at = bytes.size() - endBytes + 1; at-- > 0;)
    if (read32le(bytes.data() + at) == zipEndMagic)
      return at;
  return std::nullopt;
}

/// Takes a prefix of the stored bytes at a time.
class StoredBytes {
public:
  StoredBytes(std::shared_ptr<ByteSource> source, uint64_t at, uint64_t left)
      : source(std::move(source)), at(at), left(left) {}

  llvm::Error read(llvm::MutableArrayRef<char> into) {
    if (into.size() > left)
      return createStringError("the data is cut off");
    at += into.size();
    left -= into.size();
    return source->read(at - into.size(), into);
  }
  uint64_t remaining() const { return left; }

private:
  std::shared_ptr<ByteSource> source;
  uint64_t at, left;
};

/// zlib begins again where it is given no data.
static uint32_t extended(uint32_t crc, llvm::ArrayRef<uint8_t> data) {
  return data.empty() ? crc : llvm::crc32(crc, data);
}

class StoredStream : public ByteStream {
public:
  StoredStream(StoredBytes bytes, uint32_t crc, llvm::StringRef place)
      : bytes(std::move(bytes)), expected(crc), place(place) {}

  llvm::Error read(llvm::MutableArrayRef<char> into) override {
    if (llvm::Error error = bytes.read(into))
      return fail(place, llvm::toString(std::move(error)));
    crc = extended(crc, llvm::arrayRefFromStringRef({into.data(), into.size()}));
    return llvm::Error::success();
  }
  llvm::Error finish() override {
    if (bytes.remaining() || crc != expected)
      return fail(place,
                  "the checksum does not match: the file is damaged; copy or write it again");
    return llvm::Error::success();
  }

private:
  StoredBytes bytes;
  uint32_t expected, crc = 0;
  std::string place;
};

class InflatedStream : public ByteStream {
public:
  InflatedStream(StoredBytes bytes, const ZipMember &member, llvm::StringRef place)
      : bytes(std::move(bytes)), expected(member.crc), size(member.size), place(place),
        chunk(chunkBytes) {
    ready = inflateInit2(&stream, -MAX_WBITS) == Z_OK;
  }
  ~InflatedStream() override {
    if (ready)
      inflateEnd(&stream);
  }

  llvm::Error read(llvm::MutableArrayRef<char> into) override {
    if (!ready)
      return fail(place, "not enough memory to inflate");
    size_t wanted = into.size();
    while (!into.empty() && !ended) {
      size_t step = std::min<size_t>(into.size(), 1 << 30);
      stream.next_out = reinterpret_cast<Bytef *>(into.data());
      stream.avail_out = uInt(step);
      if (llvm::Error error = advance())
        return error;
      into = into.drop_front(step - stream.avail_out);
    }
    given += wanted;
    if (!into.empty() || given > size)
      return damaged();
    crc = extended(crc,
                   llvm::ArrayRef(reinterpret_cast<const uint8_t *>(into.data()) - wanted, wanted));
    return llvm::Error::success();
  }

  llvm::Error finish() override {
    char more;
    while (ready && !ended) {
      stream.next_out = reinterpret_cast<Bytef *>(&more);
      stream.avail_out = 1;
      if (llvm::Error error = advance())
        return error;
      if (!stream.avail_out)
        return damaged();
    }
    if (given != size || crc != expected)
      return fail(place,
                  "the checksum does not match: the file is damaged; copy or write it again");
    return llvm::Error::success();
  }

private:
  llvm::Error damaged() {
    return fail(place, "the deflated data is damaged; copy or write the file again");
  }

  llvm::Error advance() {
    if (!stream.avail_in && bytes.remaining()) {
      llvm::MutableArrayRef<char> part(chunk.data(),
                                       std::min<uint64_t>(chunk.size(), bytes.remaining()));
      if (llvm::Error error = bytes.read(part))
        return fail(place, llvm::toString(std::move(error)));
      stream.next_in = reinterpret_cast<Bytef *>(part.data());
      stream.avail_in = uInt(part.size());
    }
    int status = inflate(&stream, Z_NO_FLUSH);
    ended = status == Z_STREAM_END;
    // Z_BUF_ERROR: neither input nor room; here it means that the input ended.
    if (status != Z_OK && !ended)
      return damaged();
    return llvm::Error::success();
  }

  StoredBytes bytes;
  uint32_t expected, crc = 0;
  uint64_t size, given = 0;
  std::string place;
  std::vector<char> chunk;
  z_stream stream = {};
  bool ready = false, ended = false;
};

} // namespace

llvm::Expected<std::vector<ZipMember>>
pith::readZipDirectory(const ByteSource &source, llvm::StringRef place, const ArrayLimits &limits) {
  uint64_t tailBytes = std::min<uint64_t>(source.size(), 0xffff + endBytes);
  std::string tail(tailBytes, '\0');
  if (llvm::Error error = source.read(source.size() - tailBytes, {tail.data(), tail.size()}))
    return std::move(error);
  std::optional<size_t> end = findEnd(tail);
  if (!end)
    return fail(place,
                "expected a zip archive, found no directory at its end; the file may be cut off");
  unsigned count = read16le(tail.data() + *end + 10);
  uint64_t first = read32le(tail.data() + *end + 16), last = source.size() - tailBytes + *end;
  if (count > limits.members)
    return fail(place, "expected at most " + llvm::Twine(limits.members) + " members, got " +
                           llvm::Twine(count));
  // Names and extra fields have up to 64 KiB each.
  if (first > last || last - first > uint64_t(limits.members) << 12)
    return fail(place, "the zip directory is damaged; copy or write the file again");
  std::string bytes(last - first, '\0');
  if (llvm::Error error = source.read(first, {bytes.data(), bytes.size()}))
    return std::move(error);
  std::vector<ZipMember> members;
  size_t at = 0;
  for (unsigned i = 0; i < count; ++i) {
    if (bytes.size() - at < centralBytes || read32le(bytes.data() + at) != zipCentralMagic)
      return fail(place, "the zip directory is damaged; copy or write the file again");
    const char *entry = bytes.data() + at;
    size_t nameBytes = read16le(entry + 28), skip = read16le(entry + 30) + read16le(entry + 32);
    if (bytes.size() - at - centralBytes < nameBytes + skip)
      return fail(place, "the zip directory is damaged; copy or write the file again");
    ZipMember member{bytes.substr(at + centralBytes, nameBytes),
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
    members.push_back(std::move(member));
    at += centralBytes + nameBytes + skip;
  }
  return members;
}

llvm::Expected<std::unique_ptr<ByteStream>> pith::openZipMember(std::shared_ptr<ByteSource> source,
                                                                const ZipMember &member,
                                                                llvm::StringRef place) {
  uint64_t at = member.localOffset, size = source->size();
  char local[localBytes];
  if (at > size || size - at < localBytes)
    return fail(place, "the zip directory points elsewhere");
  if (llvm::Error error = source->read(at, local))
    return std::move(error);
  if (read32le(local) != zipLocalMagic)
    return fail(place, "the zip directory points elsewhere");
  at += localBytes + read16le(local + 26) + read16le(local + 28);
  if (at > size || size - at < member.packed)
    return fail(place, "the data is cut off");
  StoredBytes bytes(std::move(source), at, member.packed);
  if (member.method == 0) {
    if (member.packed != member.size)
      return fail(place, "the zip directory is damaged; copy or write the file again");
    return std::make_unique<StoredStream>(std::move(bytes), member.crc, place);
  }
  if (member.method != Z_DEFLATED)
    return fail(place,
                "expected a stored or deflated member, got method " + llvm::Twine(member.method));
  if (member.size > member.packed * deflateRatio + 64)
    return fail(place, "the deflated data cannot have the stated size");
  return std::make_unique<InflatedStream>(std::move(bytes), member, place);
}
