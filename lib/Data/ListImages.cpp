// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Data/Sets.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <set>

using namespace pith;
using llvm::createStringError;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

static bool isImageName(llvm::StringRef name) {
  return name.ends_with_insensitive(".jpg") || name.ends_with_insensitive(".jpeg") ||
         name.ends_with_insensitive(".png");
}

namespace {

class Walk {
public:
  explicit Walk(const DataLimits &limits) : limits(limits) {}

  llvm::Error folder(const std::string &whole, const std::string &prefix, unsigned depth) {
    fs::UniqueID id;
    if (std::error_code error = fs::getUniqueID(whole, id))
      return fail(whole, "cannot open: " + error.message());
    if (!visited.insert(id).second)
      return fail(whole, "a link loop, or a second link to the same folder; remove the link");
    if (depth > limits.depth || visited.size() > limits.files)
      return fail(whole, "too many folders, or more than " + llvm::Twine(limits.depth) +
                             " inside each other");
    std::error_code error;
    fs::directory_iterator entry(whole, error), end;
    for (; !error && entry != end; entry.increment(error))
      if (llvm::Error inner = item(entry->path(), prefix, depth))
        return inner;
    if (error)
      return fail(whole, "cannot open: " + error.message() + "; check its permissions");
    return llvm::Error::success();
  }

  std::vector<std::string> names;

private:
  static llvm::Error fail(llvm::StringRef whole, const llvm::Twine &what) {
    return createStringError("'" + whole + "': " + what);
  }

  llvm::Error item(const std::string &whole, const std::string &prefix, unsigned depth) {
    std::string name = path::filename(whole).str();
    if (name.front() == '.')
      return llvm::Error::success();
    fs::file_status status;
    if (std::error_code error = fs::status(whole, status))
      return fail(whole, "cannot open: " + error.message() + "; remove it or repair the link");
    if (status.type() == fs::file_type::directory_file) {
      if (isImageName(name))
        return fail(whole, "expected an image, found a folder; rename it");
      return folder(whole, prefix + name + "/", depth + 1);
    }
    if (!isImageName(name))
      return llvm::Error::success();
    if (status.type() != fs::file_type::regular_file)
      return fail(whole, "expected a regular file");
    if (names.size() == limits.files)
      return fail(whole, "more than " + llvm::Twine(limits.files) + " images");
    names.push_back(prefix + name);
    return llvm::Error::success();
  }

  DataLimits limits;
  std::set<fs::UniqueID> visited;
};

} // namespace

llvm::Expected<std::vector<std::string>> pith::listImages(llvm::StringRef folder,
                                                          const DataLimits &limits) {
  Walk walk(limits);
  if (llvm::Error error = walk.folder(folder.str(), "", 0))
    return std::move(error);
  llvm::sort(walk.names);
  return std::move(walk.names);
}
