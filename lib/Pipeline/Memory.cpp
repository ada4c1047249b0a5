// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Pipeline/Memory.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MathExtras.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace mlir;
using namespace pith;

FailureOr<Memory> Memory::allocate(size_t bytes, bool guards) {
  size_t page = sysconf(_SC_PAGESIZE), used = llvm::alignTo(std::max<size_t>(bytes, 1), page);
  Memory memory;
  memory.bytes = bytes;
  memory.mapped = used + (guards ? 2 * page : 0);
  void *base =
      mmap(nullptr, memory.mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED)
    return failure();
  memory.base = base;
  char *first = static_cast<char *>(base) + (guards ? page : 0);
  memory.start = guards ? first + used - bytes : first;
  if (guards && (mprotect(base, page, PROT_NONE) || mprotect(first + used, page, PROT_NONE)))
    return failure();
  return memory;
}

FailureOr<Memory> Memory::map(StringRef path) {
  int descriptor = open(path.str().c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (descriptor < 0 || fstat(descriptor, &status) || status.st_size == 0) {
    if (descriptor >= 0)
      close(descriptor);
    return failure();
  }
  Memory memory;
  memory.bytes = memory.mapped = status.st_size;
  void *base = mmap(nullptr, memory.mapped, PROT_READ, MAP_PRIVATE, descriptor, 0);
  close(descriptor);
  if (base == MAP_FAILED)
    return failure();
  memory.base = base;
  memory.start = static_cast<char *>(base);
  return memory;
}

Memory::~Memory() {
  if (base)
    munmap(base, mapped);
}
