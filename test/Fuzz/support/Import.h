// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads a model as `pith compile` does, beside files that external data may name.
#ifndef PITH_TEST_FUZZ_SUPPORT_IMPORT_H
#define PITH_TEST_FUZZ_SUPPORT_IMPORT_H

#include "lib/Import/Import.h"
#include "test/Fuzz/support/Folder.h"
#include "test/Fuzz/support/Module.h"
#include <sys/stat.h>
#include <unistd.h>

namespace pith::fuzz {

/// A folder with a regular file, links to it, a pipe and a folder.
inline const Folder &surroundings() {
  static const Folder folder;
  static const bool made = [] {
    std::string bytes(1 << 14, '\0');
    for (size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = char(i);
    std::string file = folder.write("data.bin", bytes);
    llvm::sys::fs::create_directory(folder.path("folder"));
    return !symlink(file.c_str(), folder.path("link.bin").c_str()) &&
           !link(file.c_str(), folder.path("hard.bin").c_str()) &&
           !mkfifo(folder.path("fifo").c_str(), 0600);
  }();
  expect(made, "cannot make the files of external data");
  return folder;
}

/// Sequences have a length where they have one of the names that they have in the corpus.
inline const ImportOptions &options() {
  static const ImportOptions options = [] {
    ImportOptions made;
    for (const char *name : {"x", "x0", "x1", "in_seq", "sequence", "opt_in", "optional_input"})
      made.lengths[name] = 2;
    made.lengths["seq_empty"] = 0;
    made.lengths["opt_seq"] = 1;
    return made;
  }();
  return options;
}

inline void import(llvm::StringRef name, llvm::StringRef bytes) {
  Context context;
  std::string path = surroundings().write(name, bytes);
  mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>> module =
      importModel(path, options(), context.get());
  context.expectSaid(module);
}

} // namespace pith::fuzz

#endif
