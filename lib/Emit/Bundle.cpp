// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Emit/Bundle.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace mlir;
using namespace pith;
namespace fs = llvm::sys::fs;

namespace {

/// The names in a folder, sorted.
std::vector<std::string> namesIn(StringRef directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; entry != end && !error;
       entry.increment(error))
    names.push_back(llvm::sys::path::filename(entry->path()).str());
  llvm::sort(names);
  return names;
}

std::string inFolder(StringRef directory, StringRef name) {
  llvm::SmallString<128> path(directory);
  llvm::sys::path::append(path, name);
  return path.str().str();
}

/// Forces a file or the names in a folder to the disk.
bool flush(const std::string &path) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return false;
  bool flushed = ::fsync(descriptor) == 0 || errno == EINVAL; // some systems cannot
  ::close(descriptor);
  return flushed;
}

bool onOneDevice(const std::string &left, const std::string &right) {
  struct stat a, b;
  return !::stat(left.c_str(), &a) && !::stat(right.c_str(), &b) && a.st_dev == b.st_dev;
}

} // namespace

InFlightDiagnostic Bundle::emitFailure(const llvm::Twine &what) const {
  return emitError(loc) << what.str() << ": " << llvm::sys::StrError();
}

bool Bundle::owns(StringRef name) const {
  if (name == "pith_threads.c" || name == "pith_features.c" || name == "report.json" ||
      name == "report.html" || llvm::is_contained(others, name))
    return true;
  if (!name.consume_front(model))
    return false;
  for (const char *suffix : {".o", ".a", ".so", ".h", ".weights", ".manifest.json"})
    if (name == suffix)
      return true;
  return false;
}

FailureOr<Bundle> Bundle::create(StringRef directory, StringRef model, Location loc,
                                 ArrayRef<std::string> others) {
  Bundle bundle(loc);
  bundle.others = others;
  llvm::SmallString<128> absolute(directory);
  fs::make_absolute(absolute);
  llvm::sys::path::remove_dots(absolute, /*remove_dot_dot=*/false);
  while (absolute.size() > 1 && absolute.back() == '/')
    absolute.pop_back();
  bundle.directory = absolute.str();
  // A link is followed, so that it stays a link.
  llvm::SmallString<128> real;
  if (!fs::real_path(bundle.directory, real))
    bundle.directory = real.str();
  bundle.model = model;
  std::string parent = llvm::sys::path::parent_path(bundle.directory).str();
  bool exists = fs::exists(bundle.directory);
  if (exists && !fs::is_directory(bundle.directory))
    return emitError(loc) << "'" << directory << "' is not a folder";
  if (std::error_code error = fs::create_directories(parent))
    return emitError(loc) << "cannot make the folder of '" << directory << "': " << error.message();
  bundle.whole =
      !exists ||
      (onOneDevice(parent, bundle.directory) && !::access(parent.c_str(), W_OK) &&
       llvm::all_of(namesIn(bundle.directory), [&](StringRef name) { return bundle.owns(name); }));
  // On the destination's own device: across devices there is no rename.
  std::string pattern = bundle.whole
                            ? parent + "/." + llvm::sys::path::filename(bundle.directory).str()
                            : bundle.directory + "/." + bundle.model;
  pattern += ".XXXXXX";
  if (!::mkdtemp(pattern.data()))
    return bundle.emitFailure("cannot make a temporary folder beside '" + directory + "'");
  bundle.temporary = pattern;
  // mkdtemp's folder is private; the bundle gets the permissions of any other.
  mode_t mask = ::umask(0);
  ::umask(mask);
  ::chmod(pattern.c_str(), 0777 & ~mask);
  return bundle;
}

Bundle::~Bundle() {
  if (!temporary.empty())
    fs::remove_directories(temporary);
}

std::string Bundle::path(StringRef name) const { return inFolder(temporary, name); }

LogicalResult Bundle::exchange() {
  if (fs::exists(directory)) {
    if (::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, directory.c_str(), RENAME_EXCHANGE) == 0)
      return success(); // the old bundle is removed with the temporary folder
    // No exchange on this file system: the old one moves aside first.
    std::string old = temporary + ".old";
    if (::rename(directory.c_str(), old.c_str()))
      return emitFailure("cannot replace the old bundle");
    if (::rename(temporary.c_str(), directory.c_str())) {
      int reason = errno;
      ::rename(old.c_str(), directory.c_str());
      errno = reason;
      return emitFailure("cannot replace the old bundle");
    }
    temporary = old;
    return success();
  }
  if (::rename(temporary.c_str(), directory.c_str()))
    return emitFailure("cannot make the folder of the bundle");
  return success();
}

LogicalResult Bundle::replaceFiles(bool durable) {
  std::string manifest = model + ".manifest.json";
  auto remove = [&](StringRef name) { return !fs::remove(inFolder(directory, name)); };
  if (!remove(manifest) || (durable && !flush(directory)))
    return emitFailure("cannot remove the old bundle");
  for (const std::string &name : namesIn(directory))
    if (owns(name) && StringRef(name).starts_with(model) && !remove(name))
      return emitFailure("cannot remove the old '" + name + "'");
  std::vector<std::string> names = namesIn(temporary);
  llvm::erase(names, manifest);
  names.push_back(manifest);
  for (const std::string &name : names) {
    if (durable && name == manifest && !flush(directory))
      return emitFailure("cannot write the bundle");
    if (::rename(path(name).c_str(), inFolder(directory, name).c_str()))
      return emitFailure("cannot rename '" + name + "' into the bundle");
  }
  return success();
}

LogicalResult Bundle::commit(bool durable) {
  for (const std::string &name : namesIn(temporary))
    if (durable && !flush(path(name)))
      return emitFailure("cannot write '" + name + "'");
  if (durable && !flush(temporary))
    return emitFailure("cannot write the bundle");
  if (failed(whole ? exchange() : replaceFiles(durable)))
    return failure();
  if (durable)
    flush(whole ? llvm::sys::path::parent_path(directory).str() : directory);
  return success();
}
