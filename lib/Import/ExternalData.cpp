// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Maps files, and the parts of them that hold external data. ONNX opens the
// file: inside the model's folder, without links, free of races.
#include "dialects/Pith/ConstantManager.h"
#include "lib/Import/OnnxFileModel.h"
#include "onnx/checker.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace onnx;

namespace pith::reader {

namespace {
struct Descriptor {
  int value;
  ~Descriptor() {
    if (value >= 0)
      close(value);
  }
};

// An entry of external_data as a number of bytes.
std::optional<int64_t> readEntry(const TensorProto &tensor, llvm::StringRef what,
                                 llvm::StringRef key) {
  std::optional<int64_t> result;
  for (const StringStringEntryProto &entry : tensor.external_data()) {
    if (entry.key() != key)
      continue;
    uint64_t value;
    if (llvm::StringRef(entry.value()).getAsInteger(10, value) ||
        value > static_cast<uint64_t>(INT64_MAX))
      refuse(what + ": external data has the " + key + " '" + entry.value() +
                 "', which is not a number of bytes",
             "save the model with its external data again");
    result = static_cast<int64_t>(value);
  }
  return result;
}
} // namespace

Bytes mapFile(int descriptor, llvm::StringRef name) {
  struct stat status;
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
    refuse("'" + name + "' is not a regular file",
           "give the path of a file, not of a folder, pipe or device");
  size_t size = static_cast<size_t>(status.st_size);
  if (size == 0)
    return {};
  void *data = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (data == MAP_FAILED)
    refuse("cannot map '" + name + "' of " + llvm::Twine(size) + " bytes",
           "raise the limit on address space (ulimit -v)");
  std::shared_ptr<const void> owner(
      data, [size](const void *mapped) { munmap(const_cast<void *>(mapped), size); });
  return {owner, llvm::ArrayRef(static_cast<const char *>(data), size)};
}

Bytes mapFile(llvm::StringRef path, int64_t limit) {
  // A pipe must not make the compiler wait.
  Descriptor file{open(path.str().c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.value < 0)
    refuse("cannot open '" + path + "'", "check the path and its permissions");
  Bytes bytes = mapFile(file.value, path);
  if (static_cast<int64_t>(bytes.data.size()) > limit)
    refuse("the file has " + llvm::Twine(bytes.data.size()) + " bytes, the limit is " +
               llvm::Twine(limit),
           "store the weights as external data");
  return bytes;
}

/// On the pages of all large tensors. To those that no file holds it makes no difference.
static void advise(const Weights &weights, int advice) {
  uintptr_t page = sysconf(_SC_PAGESIZE);
  for (const Bytes &bytes : weights.blobs) {
    if (bytes.data.size() <= ConstantManager::smallBytes)
      continue;
    uintptr_t first = reinterpret_cast<uintptr_t>(bytes.data.data()) / page * page;
    uintptr_t end = reinterpret_cast<uintptr_t>(bytes.data.end());
    madvise(reinterpret_cast<void *>(first), end - first, advice);
  }
}

PageByPage::PageByPage(const Weights &weights) : weights(weights) { advise(weights, MADV_RANDOM); }

PageByPage::~PageByPage() { advise(weights, MADV_NORMAL); }

Bytes ExternalFiles::read(const TensorProto &tensor, llvm::StringRef what, int64_t size) {
  std::string location;
  for (const StringStringEntryProto &entry : tensor.external_data())
    if (entry.key() == "location")
      location = entry.value();
  if (location.empty())
    refuse(what + ": external data has no location", "save the model with its external data again");
  int64_t offset = readEntry(tensor, what, "offset").value_or(0);
  int64_t length = readEntry(tensor, what, "length").value_or(size);
  auto [entry, isNew] = files.try_emplace(location);
  if (isNew) {
    Descriptor file{-1};
    try {
      file.value =
          static_cast<int>(checker::open_external_data(folder, location, tensor.name(), true));
    } catch (const std::exception &error) {
      refuse(what + ": external data '" + location + "' cannot be used: " + error.what(),
             "external data are regular files beside the model, named by "
             "relative paths without '..' and links");
    }
    entry->second = mapFile(file.value, location);
  }
  llvm::ArrayRef<char> data = entry->second.data;
  int64_t total = static_cast<int64_t>(data.size());
  if (offset > total || length > total - offset)
    refuse(what + ": external data of " + llvm::Twine(length) + " bytes at offset " +
               llvm::Twine(offset) + " ends beyond '" + location + "', which has " +
               llvm::Twine(total) + " bytes",
           "the file is cut short or belongs to another model");
  return {entry->second.owner, data.slice(offset, length)};
}

} // namespace pith::reader
