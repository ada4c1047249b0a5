// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Support/ByteSource.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace pith;
using llvm::createStringError;

namespace {

class MemorySource : public ByteSource {
public:
  explicit MemorySource(llvm::StringRef bytes) : bytes(bytes) {}
  uint64_t size() const override { return bytes.size(); }
  llvm::Error read(uint64_t offset, llvm::MutableArrayRef<char> into) const override {
    if (offset > bytes.size() || bytes.size() - offset < into.size())
      return createStringError("the data is cut off");
    llvm::copy(bytes.substr(offset, into.size()), into.begin());
    return llvm::Error::success();
  }

private:
  llvm::StringRef bytes;
};

class FileSource : public ByteSource {
public:
  FileSource(int descriptor, uint64_t bytes, llvm::StringRef path)
      : descriptor(descriptor), bytes(bytes), path(path) {}
  ~FileSource() override { close(descriptor); }
  uint64_t size() const override { return bytes; }
  llvm::Error read(uint64_t offset, llvm::MutableArrayRef<char> into) const override {
    while (!into.empty()) {
      ssize_t got = pread(descriptor, into.data(), into.size(), off_t(offset));
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return createStringError("'" + path + "': cannot read: " + strerror(errno));
      if (got == 0)
        return createStringError("'" + path + "': the data is cut off");
      into = into.drop_front(got);
      offset += got;
    }
    return llvm::Error::success();
  }

private:
  int descriptor;
  uint64_t bytes;
  std::string path;
};

class SourceStream : public ByteStream {
public:
  explicit SourceStream(std::shared_ptr<ByteSource> source) : source(std::move(source)) {}
  llvm::Error read(llvm::MutableArrayRef<char> into) override {
    uint64_t from = at;
    at += into.size();
    return source->read(from, into);
  }
  llvm::Error finish() override {
    if (at == source->size())
      return llvm::Error::success();
    return createStringError("bytes are left behind the data");
  }

private:
  std::shared_ptr<ByteSource> source;
  uint64_t at = 0;
};

} // namespace

std::unique_ptr<ByteSource> ByteSource::ofMemory(llvm::StringRef bytes) {
  return std::make_unique<MemorySource>(bytes);
}

llvm::Expected<std::unique_ptr<ByteSource>> ByteSource::ofFile(llvm::StringRef path) {
  // Without O_NONBLOCK a named pipe would wait for its writer.
  int descriptor = open(path.str().c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0)
    return createStringError("'" + path + "': cannot open: " + strerror(errno));
  struct stat status;
  if (fstat(descriptor, &status) || !S_ISREG(status.st_mode)) {
    close(descriptor);
    return createStringError("'" + path + "': expected a regular file");
  }
  return std::make_unique<FileSource>(descriptor, uint64_t(status.st_size), path);
}

std::unique_ptr<ByteStream> pith::streamOf(std::shared_ptr<ByteSource> source) {
  return std::make_unique<SourceStream>(std::move(source));
}
