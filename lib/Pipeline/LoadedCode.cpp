// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Pipeline/LoadedCode.h"
#include "pith/Pipeline/CustomLibrary.h"
#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h"
#include "llvm/ExecutionEngine/Orc/SelfExecutorProcessControl.h"
#include "llvm/Object/Archive.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/Path.h"
#include <cstring>
#include <dlfcn.h>

using namespace mlir;
using namespace pith;
namespace orc = llvm::orc;

LogicalResult LoadedCode::resolve(StringRef model,
                                  llvm::function_ref<void *(const std::string &)> find,
                                  Location loc) {
  name = model.str();
  bool complete = true;
  auto get = [&](auto &pointer, const char *suffix) {
    void *address = find(name + suffix);
    complete &= address != nullptr;
    std::memcpy(&pointer, &address, sizeof pointer);
  };
  get(arenaSize, "_arena_size");
  get(init, "_init");
  get(run, "_run");
  get(selftest, "_selftest");
  get(manifest, "_manifest");
  if (!complete)
    return emitError(loc) << "the code of '" << name << "' lacks a function of a model";
  return success();
}

namespace {

/// Every model has a function NAME_manifest.
std::string findModel(const llvm::object::ObjectFile &object) {
  for (const llvm::object::SymbolRef &symbol : object.symbols()) {
    llvm::Expected<StringRef> name = symbol.getName();
    llvm::Expected<uint32_t> flags = symbol.getFlags();
    if (name && flags && (*flags & llvm::object::BasicSymbolRef::SF_Global) &&
        !(*flags & llvm::object::BasicSymbolRef::SF_Undefined) && name->consume_back("_manifest"))
      return name->str();
    llvm::consumeError(name.takeError());
    llvm::consumeError(flags.takeError());
  }
  return "";
}

/// What the code calls besides what every program has: functions of custom operators.
std::vector<std::string> functionsOf(const llvm::object::ObjectFile &object) {
  std::vector<std::string> names;
  auto add = [&](const llvm::object::SymbolRef &symbol) {
    llvm::Expected<StringRef> name = symbol.getName();
    llvm::Expected<uint32_t> flags = symbol.getFlags();
    if (name && flags && (*flags & llvm::object::BasicSymbolRef::SF_Undefined) && !name->empty() &&
        *name != "memcpy" && *name != "memset" && *name != "_GLOBAL_OFFSET_TABLE_")
      names.push_back(name->str());
    llvm::consumeError(name.takeError());
    llvm::consumeError(flags.takeError());
  };
  auto *elf = llvm::dyn_cast<llvm::object::ELFObjectFileBase>(&object);
  if (elf && elf->getEType() == llvm::ELF::ET_DYN)
    llvm::for_each(elf->getDynamicSymbolIterators(), add);
  else
    llvm::for_each(object.symbols(), add);
  return names;
}

/// Of each function its address; fails after an error that names one without.
FailureOr<std::vector<std::pair<std::string, void *>>>
findFunctions(const llvm::object::ObjectFile &object, StringRef model, Location loc) {
  std::vector<std::pair<std::string, void *>> found;
  for (const std::string &name : functionsOf(object)) {
    found.emplace_back(name, findCustomFunction(name));
    if (found.back().second)
      continue;
    InFlightDiagnostic error = emitError(loc)
                               << "'" << model << "' calls '" << name
                               << "', the function of a custom operator, which is not loaded";
    error.attachNote() << "give the shared library that has it: --custom-library=LIB";
    return error;
  }
  return found;
}

class LinkedObject : public LoadedCode {
public:
  ~LinkedObject() override {
    // The layer gives the memory of its code back when the session ends.
    if (session)
      llvm::consumeError(session->endSession());
    layer.reset();
  }

  llvm::Error link(std::unique_ptr<llvm::MemoryBuffer> object,
                   ArrayRef<std::pair<std::string, void *>> functions) {
    // In place: linking one object has nothing to do in other threads.
    auto control = orc::SelfExecutorProcessControl::Create(
        nullptr, std::make_unique<orc::InPlaceTaskDispatcher>());
    if (!control)
      return control.takeError();
    session = std::make_unique<orc::ExecutionSession>(std::move(*control));
    session->setErrorReporter([](llvm::Error error) { llvm::consumeError(std::move(error)); });
    layer = std::make_unique<orc::ObjectLinkingLayer>(*session);
    library = &session->createBareJITDylib("model");
    auto symbol = [](auto *function) {
      return orc::ExecutorSymbolDef(orc::ExecutorAddr::fromPtr(function),
                                    llvm::JITSymbolFlags::Exported |
                                        llvm::JITSymbolFlags::Callable);
    };
    if (llvm::Error error =
            library->define(orc::absoluteSymbols({{session->intern("memcpy"), symbol(&::memcpy)},
                                                  {session->intern("memset"), symbol(&::memset)}})))
      return error;
    for (const auto &[name, address] : functions)
      if (llvm::Error error = library->define(orc::absoluteSymbols(
              {{session->intern(name),
                {orc::ExecutorAddr::fromPtr(address),
                 llvm::JITSymbolFlags::Exported | llvm::JITSymbolFlags::Callable}}})))
        return error;
    return layer->add(*library, std::move(object));
  }

  LogicalResult resolveAll(StringRef model, Location loc) {
    std::string reason;
    LogicalResult result = resolve(
        model,
        [&](const std::string &name) -> void * {
          auto found = session->lookup({library}, StringRef(name));
          if (found)
            return found->getAddress().toPtr<void *>();
          std::string text = llvm::toString(found.takeError());
          if (reason.empty())
            reason = text;
          return nullptr;
        },
        loc);
    if (failed(result) && !reason.empty())
      emitRemark(loc) << reason;
    return result;
  }

private:
  std::unique_ptr<orc::ExecutionSession> session;
  std::unique_ptr<orc::ObjectLinkingLayer> layer;
  orc::JITDylib *library = nullptr;
};

class SharedLibrary : public LoadedCode {
public:
  ~SharedLibrary() override { llvm::sys::DynamicLibrary::closeLibrary(library); }
  llvm::sys::DynamicLibrary library;
  using LoadedCode::resolve;
};

/// Whether the dynamic linker will find the functions that a library calls. It looks
/// in this process first, where another one may have the name, and ends the process
/// where there is none.
LogicalResult checkFunctions(StringRef path, StringRef model, Location loc) {
  auto parsed = llvm::object::ObjectFile::createObjectFile(path);
  if (!parsed)
    return emitError(loc) << "cannot load '" << path << "': " << llvm::toString(parsed.takeError());
  auto functions = findFunctions(*parsed->getBinary(), model, loc);
  if (failed(functions))
    return failure();
  for (const auto &[name, address] : *functions)
    if (dlsym(RTLD_DEFAULT, name.c_str()) != address) {
      InFlightDiagnostic error = emitError(loc)
                                 << "'" << model << "' calls '" << name
                                 << "', and pith itself has another function of that name";
      error.attachNote() << "rename the function, or run an object (--emit=object)";
      return error;
    }
  return success();
}

FailureOr<std::unique_ptr<LoadedCode>> linkObject(StringRef path, Location loc) {
  auto buffer =
      llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return emitError(loc) << "cannot read '" << path << "': " << buffer.getError().message();
  std::unique_ptr<llvm::MemoryBuffer> object = std::move(*buffer), archive;
  auto fail = [&](llvm::Error error) {
    return emitError(loc) << "cannot load '" << path << "': " << llvm::toString(std::move(error));
  };
  if (path.ends_with(".a")) {
    archive = std::move(object);
    auto parsed = llvm::object::Archive::create(archive->getMemBufferRef());
    if (!parsed)
      return fail(parsed.takeError());
    llvm::Error error = llvm::Error::success();
    for (const llvm::object::Archive::Child &child : (*parsed)->children(error)) {
      auto member = child.getMemoryBufferRef();
      if (!member)
        return fail(member.takeError());
      // A copy: members are not aligned.
      object = llvm::MemoryBuffer::getMemBufferCopy(member->getBuffer());
      break;
    }
    if (error)
      return fail(std::move(error));
    if (!object)
      return emitError(loc) << "'" << path << "' is empty";
  }
  auto parsed = llvm::object::ObjectFile::createObjectFile(object->getMemBufferRef());
  if (!parsed)
    return fail(parsed.takeError());
  std::string model = findModel(**parsed);
  if (model.empty())
    return emitError(loc) << "'" << path << "' is not a model compiled by pith";
  auto functions = findFunctions(**parsed, model, loc);
  parsed->reset();
  if (failed(functions))
    return failure();
  auto code = std::make_unique<LinkedObject>();
  if (llvm::Error error = code->link(std::move(object), *functions))
    return fail(std::move(error));
  if (failed(code->resolveAll(model, loc)))
    return failure();
  return std::unique_ptr<LoadedCode>(std::move(code));
}

} // namespace

FailureOr<std::unique_ptr<LoadedCode>> LoadedCode::load(StringRef path, Location loc) {
  if (!path.ends_with(".so"))
    return linkObject(path, loc);
  StringRef model = llvm::sys::path::stem(path);
  if (failed(checkFunctions(path, model, loc)))
    return failure();
  auto code = std::make_unique<SharedLibrary>();
  std::string message;
  code->library = llvm::sys::DynamicLibrary::getLibrary(path.str().c_str(), &message);
  if (!code->library.isValid())
    return emitError(loc) << "cannot load '" << path << "': " << message;
  if (failed(code->resolve(
          model,
          [&](const std::string &name) { return code->library.getAddressOfSymbol(name.c_str()); },
          loc)))
    return failure();
  return std::unique_ptr<LoadedCode>(std::move(code));
}
