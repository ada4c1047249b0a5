// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Pith/ConstantManager.h"
#include "mlir/IR/AsmState.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"

using namespace mlir;
using namespace pith;

namespace {

// Short names read well; bytes made to collide get the long one.
constexpr size_t shortName = 18, longName = 66;

std::string nameFrom(StringRef prefix, llvm::BLAKE3 &hasher) {
  return (prefix + llvm::toHex(ArrayRef<uint8_t>(hasher.final()), true)).str();
}

void add(llvm::BLAKE3 &hasher, ArrayRef<char> data) {
  hasher.update(StringRef(data.data(), data.size()));
}

// The type belongs to the name, so that one blob has one size.
std::string contentName(StringRef type, ArrayRef<char> data) {
  llvm::BLAKE3 hasher;
  hasher.update(type);
  add(hasher, data);
  return nameFrom("w_", hasher);
}

/// A key within this process: of the type, and of three pages.
std::string sampleKey(StringRef type, ArrayRef<char> data) {
  constexpr size_t page = 4096;
  llvm::BLAKE3 hasher;
  hasher.update(type);
  add(hasher, data.take_front(page));
  add(hasher, data.slice(data.size() / 2, page));
  add(hasher, data.take_back(page));
  return nameFrom("unread_", hasher);
}

bool holds(ConstantManager::Entry *entry, ArrayRef<char> data) {
  const AsmResourceBlob *blob = entry->getBlob();
  if (!blob || blob->getData().size() != data.size())
    return false;
  return blob->getData().data() == data.data() || blob->getData() == data;
}

} // namespace

ConstantManager &ConstantManager::of(MLIRContext *context) {
  return static_cast<ConstantManager &>(ConstantHandle::getManagerInterface(context));
}

ConstantHandle ConstantManager::store(RankedTensorType type, ArrayRef<char> data,
                                      std::shared_ptr<const void> owner) {
  auto *dialect = cast<PithDialect>(getDialect());
  std::string text;
  llvm::raw_string_ostream(text) << type;
  auto insertAs = [&](StringRef key) {
    return insert(key, UnmanagedAsmResourceBlob::allocateWithAlign(
                           data, 1, [owner = std::move(owner)](void *, size_t, size_t) {}));
  };
  if (data.size() > smallBytes) {
    std::string key = sampleKey(text, data);
    Entry *known = getBlobManager().lookup(key);
    if (known && holds(known, data))
      return ConstantHandle(known, dialect);
    if (!known) {
      ConstantHandle handle = insertAs(key);
      std::lock_guard<std::mutex> lock(mutex);
      unnamed.try_emplace(handle.getResource(), Unnamed{text, ""});
      return handle;
    }
  }
  std::string full = contentName(text, data);
  for (size_t length : {shortName, longName}) {
    std::string key = full.substr(0, length);
    Entry *known = find(key);
    if (known && holds(known, data))
      return ConstantHandle(known, dialect);
    if (!known || length == longName)
      return insertAs(key);
  }
  llvm_unreachable("the long key is always taken");
}

std::string ConstantManager::freeName(Entry *entry, StringRef type) {
  ArrayRef<char> data = entry->getBlob()->getData();
  std::string full = contentName(type, data), name = full.substr(0, shortName);
  Entry *other = named.lookup(name);
  if (!other)
    other = getBlobManager().lookup(name);
  return !other || holds(other, data) ? name : full;
}

StringRef ConstantManager::nameOf(ConstantHandle handle) {
  std::lock_guard<std::mutex> lock(mutex);
  auto found = unnamed.find(handle.getResource());
  if (found == unnamed.end())
    return handle.getKey();
  auto &[entry, blob] = *found;
  if (blob.name.empty())
    blob.name = named.try_emplace(freeName(entry, blob.type), entry).first->getKey();
  return blob.name;
}

ConstantManager::Entry *ConstantManager::find(StringRef name) {
  if (Entry *entry = getBlobManager().lookup(name))
    return entry;
  std::lock_guard<std::mutex> lock(mutex);
  return named.lookup(name);
}
