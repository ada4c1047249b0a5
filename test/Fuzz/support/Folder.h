// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files for readers that take paths.
#ifndef PITH_TEST_FUZZ_SUPPORT_FOLDER_H
#define PITH_TEST_FUZZ_SUPPORT_FOLDER_H

#include "test/Fuzz/support/Target.h"
#include "llvm/Support/FileSystem.h"
#include <filesystem>

namespace pith::fuzz {

/// A folder in TMPDIR. A target has one for all of its runs; a process that crashes
/// leaves it behind, so whoever starts many gives them a TMPDIR to remove.
class Folder {
public:
  Folder() {
    if (llvm::sys::fs::createUniqueDirectory("pith-fuzz", root))
      find("cannot make a folder: set TMPDIR");
  }
  // Not LLVM's remove_directories, which leaves pipes.
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(root.str().str(), ignored);
  }

  std::string path(llvm::StringRef name) const { return (root + "/" + name).str(); }

  /// A new file each time: what is mapped of the one before stays as it was.
  std::string write(llvm::StringRef name, llvm::StringRef bytes) const {
    std::string whole = path(name);
    llvm::sys::fs::remove(whole);
    std::error_code error;
    llvm::raw_fd_ostream(whole, error) << bytes;
    if (error)
      find("cannot write " + whole + ": " + error.message());
    return whole;
  }

private:
  llvm::SmallString<128> root;
};

} // namespace pith::fuzz

#endif
