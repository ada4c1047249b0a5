// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Pipeline/TuningFile.h"
#include "lib/Schedule/Tuning.h"
#include "pith/Pipeline/Compiler.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SHA256.h"

using namespace mlir;
using namespace pith;
using llvm::json::Array;
using llvm::json::Object;

// A network of a thousand layers makes a file of less than a megabyte.
static constexpr uint64_t largestFile = 16 << 20;
static constexpr unsigned deepest = 16;
static constexpr size_t longestWord = 4096, mostEntries = 1 << 16;
static constexpr int64_t largestTile = 4096;

static llvm::Error wrong(const llvm::Twine &message) { return llvm::createStringError(message); }

/// Whether brackets nest so deeply that reading them would take too much of the stack.
static bool isDeep(llvm::StringRef text) {
  unsigned depth = 0;
  bool inString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (inString) {
      i += c == '\\';
      inString = c != '"';
    } else if (c == '"') {
      inString = true;
    } else if (c == '[' || c == '{') {
      if (++depth > deepest)
        return true;
    } else if ((c == ']' || c == '}') && depth) {
      --depth;
    }
  }
  return false;
}

namespace {

/// Checks a tuning file's parts while it turns them into attributes.
class Reader {
public:
  explicit Reader(MLIRContext *context) : b(context) {}

  llvm::Expected<Attribute> cpus(const Array &list) {
    return each(list, "cpus", [&](const Object &cpu) -> llvm::Expected<Attribute> {
      NamedAttrList entries;
      for (const char *key : {"target", "cpu", "features"})
        if (llvm::Error error = word(cpu, key, entries))
          return std::move(error);
      const Array *groups = cpu.getArray("groups");
      if (!groups)
        return wrong("expected a list 'groups' of each CPU");
      auto attribute = each(*groups, "groups", [&](const Object &entry) { return group(entry); });
      if (!attribute)
        return attribute.takeError();
      entries.set("groups", *attribute);
      return entries.getDictionary(b.getContext());
    });
  }

private:
  llvm::Expected<Attribute>
  each(const Array &list, llvm::StringRef name,
       llvm::function_ref<llvm::Expected<Attribute>(const Object &)> read) {
    SmallVector<Attribute> result;
    for (const llvm::json::Value &value : list) {
      const Object *object = value.getAsObject();
      if (!object)
        return wrong("expected objects in '" + name + "'");
      if (++count > mostEntries)
        return wrong("expected at most " + llvm::Twine(mostEntries) + " entries");
      auto attribute = read(*object);
      if (!attribute)
        return attribute.takeError();
      result.push_back(*attribute);
    }
    return b.getArrayAttr(result);
  }

  llvm::Error word(const Object &from, llvm::StringRef key, NamedAttrList &entries) {
    auto value = from.getString(key);
    if (!value || value->size() > longestWord)
      return wrong("expected a word '" + key + "' of at most " + llvm::Twine(longestWord) +
                   " letters");
    entries.set(key, b.getStringAttr(*value));
    return llvm::Error::success();
  }

  /// A row, and a tile where it has one.
  llvm::Error way(const Object &from, NamedAttrList &entries) {
    if (llvm::Error error = word(from, "row", entries))
      return error;
    const llvm::json::Value *tile = from.get("tile");
    if (!tile)
      return llvm::Error::success();
    SmallVector<int64_t> sizes;
    for (const llvm::json::Value &size : tile->getAsArray() ? *tile->getAsArray() : Array())
      sizes.push_back(size.getAsInteger().value_or(0));
    if (sizes.size() != 2 ||
        llvm::any_of(sizes, [](int64_t size) { return size < 1 || size > largestTile; }))
      return wrong("expected two sizes from 1 to " + llvm::Twine(largestTile) + " in 'tile'");
    entries.set("tile", b.getDenseI64ArrayAttr(sizes));
    return llvm::Error::success();
  }

  llvm::Expected<Attribute> group(const Object &entry) {
    NamedAttrList entries;
    for (const char *key : {"key", "layer"})
      if (llvm::Error error = word(entry, key, entries))
        return std::move(error);
    if (llvm::Error error = way(entry, entries))
      return std::move(error);
    const Array *measured = entry.getArray("measured");
    if (!measured)
      return wrong("expected a list 'measured' of each group");
    auto times = each(*measured, "measured", [&](const Object &one) -> llvm::Expected<Attribute> {
      NamedAttrList result;
      if (llvm::Error error = way(one, result))
        return std::move(error);
      int64_t time = one.getInteger("ns").value_or(0);
      if (time < 1)
        return wrong("expected a whole number of at least 1 as 'ns'");
      result.set("ns", b.getI64IntegerAttr(time));
      return result.getDictionary(b.getContext());
    });
    if (!times)
      return times.takeError();
    entries.set("measured", *times);
    return entries.getDictionary(b.getContext());
  }

  Builder b;
  size_t count = 0;
};

} // namespace

llvm::Expected<Attribute> pith::parseTuning(llvm::StringRef text, MLIRContext *context) {
  if (isDeep(text))
    return wrong("expected brackets no more than " + llvm::Twine(deepest) + " deep");
  auto value = llvm::json::parse(text);
  if (!value)
    return value.takeError();
  const Object *file = value->getAsObject();
  if (!file || file->getInteger("schema") != tuningSchema)
    return wrong("expected an object with 'schema' " + llvm::Twine(tuningSchema));
  const Array *cpus = file->getArray("cpus");
  if (!cpus)
    return wrong("expected a list 'cpus'");
  return tuningAttribute(*cpus, context);
}

llvm::Expected<Attribute> pith::tuningAttribute(const Array &cpus, MLIRContext *context) {
  return Reader(context).cpus(cpus);
}

LogicalResult pith::recordTuning(ModuleOp module, llvm::StringRef path) {
  MLIRContext *context = module.getContext();
  Location location = FileLineColLoc::get(context, path, 0, 0);
  llvm::sys::fs::file_status status;
  if (std::error_code error = llvm::sys::fs::status(path, status))
    return emitError(location) << "cannot open: " << error.message();
  if (status.type() != llvm::sys::fs::file_type::regular_file || status.getSize() > largestFile)
    return emitError(location) << "expected a tuning file of at most " << (largestFile >> 20)
                               << " MiB";
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/true,
                                            /*IsVolatile=*/true);
  if (!buffer)
    return emitError(location) << "cannot open: " << buffer.getError().message();
  llvm::SHA256 hasher;
  hasher.update((*buffer)->getBuffer());
  auto hash = StringAttr::get(context, llvm::toHex(hasher.final(), /*LowerCase=*/true));
  bool scheduled = completedStage(module) >= Stage::Schedule;
  if (scheduled && module->getAttr(tuningHashAttrName) != hash)
    return emitError(location) << "expected the tuning file that the schedule was made with";
  auto tuning = parseTuning((*buffer)->getBuffer(), context);
  if (!tuning) {
    InFlightDiagnostic error = emitError(location);
    error << "malformed tuning file: " << llvm::toString(tuning.takeError());
    error.attachNote() << "'pith compile --tune' writes such files";
    return error;
  }
  module->setAttr(tuningAttrName, *tuning);
  module->setAttr(tuningHashAttrName, hash);
  return success();
}
