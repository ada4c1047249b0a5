// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Emit/Package.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace mlir;
using namespace pith;

LogicalResult pith::writeArchive(StringRef object, StringRef path, Location loc) {
  llvm::Expected<llvm::NewArchiveMember> member =
      llvm::NewArchiveMember::getFile(object, /*Deterministic=*/true);
  if (!member)
    return emitError(loc) << "cannot read the object: " << llvm::toString(member.takeError());
  std::string name = llvm::sys::path::filename(object).str();
  member->MemberName = name;
  member->Perms = 0644;
  llvm::SmallVector<llvm::NewArchiveMember, 1> members;
  members.push_back(std::move(*member));
  if (llvm::Error error = llvm::writeArchive(path, members, llvm::SymtabWritingMode::NormalSymtab,
                                             llvm::object::Archive::K_GNU,
                                             /*Deterministic=*/true, /*Thin=*/false))
    return emitError(loc) << "cannot write the archive: " << llvm::toString(std::move(error));
  return success();
}

/// LLVM's own folder first: the linker is to be of its version.
static std::string findLinker() {
  for (const char *name : {"ld.lld", "ld.lld-" LLVM_VERSION_MAJOR_STRING})
    if (auto found = llvm::sys::findProgramByName(name, {PITH_LLVM_TOOLS}))
      return *found;
  for (const char *name : {"ld.lld-" LLVM_VERSION_MAJOR_STRING, "ld.lld"})
    if (auto found = llvm::sys::findProgramByName(name))
      return *found;
  return "";
}

static LogicalResult link(StringRef what, ArrayRef<StringRef> options, ArrayRef<StringRef> objects,
                          StringRef path, Location loc) {
  std::string linker = findLinker();
  if (linker.empty()) {
    InFlightDiagnostic error = emitError(loc) << "ld.lld not found, which " << what << " need";
    error.attachNote() << "install the package lld-" LLVM_VERSION_MAJOR_STRING;
    return error;
  }
  SmallVector<StringRef> arguments = {linker};
  arguments.append(options.begin(), options.end());
  arguments.append({"-o", path});
  arguments.append(objects.begin(), objects.end());
  // The linker's own words follow on stderr, so it may keep them.
  std::string message;
  int status = llvm::sys::ExecuteAndWait(linker, arguments, std::nullopt, {}, /*SecondsToWait=*/0,
                                         /*MemoryLimit=*/0, &message);
  if (status)
    return emitError(loc) << "ld.lld failed on the model's object" << (message.empty() ? "" : ": ")
                          << message;
  return success();
}

LogicalResult pith::linkShared(StringRef object, StringRef path, Location loc) {
  return link("shared libraries",
              {"-shared", "-soname", llvm::sys::path::filename(path), "-z", "noexecstack",
               "--hash-style=gnu", "--build-id=none"},
              {object}, path, loc);
}

LogicalResult pith::joinObjects(ArrayRef<std::string> objects, StringRef path, Location loc) {
  return link("models with several variants", {"-r", "--build-id=none"},
              SmallVector<StringRef>(objects.begin(), objects.end()), path, loc);
}
