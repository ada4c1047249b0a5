// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Emit/FileWriter.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/Path.h"
#include <fcntl.h>
#include <unistd.h>

using namespace mlir;
using namespace pith;

/// Without folders, which differ from machine to machine.
static InFlightDiagnostic emitFileError(Location loc, StringRef path) {
  return emitError(loc) << "cannot write '" << llvm::sys::path::filename(path)
                        << "': " << llvm::sys::StrError();
}

FailureOr<FileWriter> FileWriter::open(StringRef path, bool create, Location loc) {
  int flags = O_WRONLY | O_CLOEXEC | (create ? O_CREAT | O_TRUNC : 0);
  int descriptor = llvm::sys::RetryAfterSignal(-1, ::open, path.str().c_str(), flags, 0666);
  if (descriptor < 0)
    return emitFileError(loc, path);
  return FileWriter(descriptor, path, loc);
}

FileWriter::FileWriter(FileWriter &&other)
    : descriptor(std::exchange(other.descriptor, -1)), path(std::move(other.path)), loc(other.loc) {
}

FileWriter::~FileWriter() {
  if (descriptor >= 0)
    ::close(descriptor);
}

LogicalResult FileWriter::write(uint64_t offset, ArrayRef<char> bytes) {
  while (!bytes.empty()) {
    ssize_t written = llvm::sys::RetryAfterSignal(-1, ::pwrite, descriptor, bytes.data(),
                                                  bytes.size(), off_t(offset));
    if (written < 0)
      return emitFileError(loc, path);
    bytes = bytes.drop_front(written);
    offset += written;
  }
  return success();
}

LogicalResult FileWriter::resize(uint64_t bytes) {
  if (llvm::sys::RetryAfterSignal(-1, ::ftruncate, descriptor, off_t(bytes)) < 0)
    return emitFileError(loc, path);
  return success();
}

LogicalResult pith::writeFile(StringRef path, StringRef text, Location loc) {
  auto file = FileWriter::open(path, /*create=*/true, loc);
  return failed(file) ? failure() : file->write(0, text);
}
