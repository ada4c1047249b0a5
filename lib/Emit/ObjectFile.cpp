// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Emit/ObjectFile.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace pith;
using namespace llvm::object;

namespace {

/// The name of a symbol or section; LLVM wrote the file, so that it has one.
template <class T> StringRef nameOf(const T &named) {
  llvm::Expected<StringRef> name = named.getName();
  if (name)
    return *name;
  llvm::consumeError(name.takeError());
  return "";
}

/// Every function has a section of its own: .text.NAME.
LogicalResult checkRelocations(const ELFObjectFileBase &object, ArrayRef<std::string> functions,
                               Location loc) {
  for (SectionRef section : object.sections()) {
    llvm::Expected<section_iterator> relocated = section.getRelocatedSection();
    if (!relocated || *relocated == object.section_end()) {
      llvm::consumeError(relocated.takeError());
      continue;
    }
    for (RelocationRef relocation : section.relocations()) {
      symbol_iterator symbol = relocation.getSymbol();
      if (symbol == object.symbol_end())
        continue;
      llvm::Expected<uint32_t> flags = symbol->getFlags();
      if (!flags) {
        llvm::consumeError(flags.takeError());
        continue;
      }
      StringRef name = nameOf(*symbol);
      if (!(*flags & BasicSymbolRef::SF_Undefined) || name == "memcpy" || name == "memset" ||
          llvm::is_contained(functions, name))
        continue;
      StringRef function = nameOf(**relocated);
      function.consume_front(".text.");
      InFlightDiagnostic error = emitError(loc) << "kernel '" << function << "' calls '" << name
                                                << "', which no user has to provide";
      error.attachNote() << "the target's lowering must expand the operation behind it";
      return error;
    }
  }
  return success();
}

} // namespace

FailureOr<llvm::StringMap<SectionPlace>>
pith::checkObject(StringRef path, ArrayRef<std::string> functions, Location loc) {
  // Mapped, not read: the weights are in it.
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return emitError(loc) << "cannot read the object: " << buffer.getError().message();
  auto parsed = ObjectFile::createELFObjectFile((*buffer)->getMemBufferRef());
  if (!parsed)
    return emitError(loc) << "cannot parse the object: " << llvm::toString(parsed.takeError());
  auto &object = llvm::cast<ELFObjectFileBase>(**parsed);
  if (failed(checkRelocations(object, functions, loc)))
    return failure();
  llvm::StringMap<SectionPlace> places;
  for (ELFSectionRef section : object.sections()) {
    StringRef name = nameOf(section);
    if ((section.getFlags() & llvm::ELF::SHF_WRITE) && section.getSize())
      return emitError(loc) << "section '" << name << "' of the object is not empty; "
                            << "models have no state outside their arena";
    if (name.consume_front(".rodata."))
      places[name] = {section.getOffset(), section.getSize()};
  }
  return places;
}
