// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// main of the fuzz targets where libFuzzer is not: runs the target on files, and on
// mutants of them that depend on a seed only.
#include "test/Fuzz/support/Target.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Signals.h"
#include <cstring>
#include <random>
#include <vector>

#pragma weak LLVMFuzzerCustomMutator

static std::mt19937 generator;

/// In place of libFuzzer's: changes, adds or drops a few bytes.
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize) {
  size_t at = size ? generator() % size : 0;
  switch (generator() % 3) {
  case 0:
    if (size < maxSize) {
      std::memmove(data + at + 1, data + at, size - at);
      data[at] = uint8_t(generator());
      return size + 1;
    }
    break;
  case 1:
    if (size > 1) {
      size_t count = 1 + generator() % std::min<size_t>(8, size - at);
      std::memmove(data + at, data + at + count, size - at - count);
      return size - count;
    }
    break;
  default:
    if (size)
      data[at] ^= uint8_t(1u << generator() % 8);
  }
  return size;
}

static std::vector<uint8_t> mutantOf(std::vector<uint8_t> bytes) {
  size_t size = bytes.size(), room = 2 * size + 4096;
  bytes.resize(room);
  for (unsigned times = 1 + generator() % 3; times--;)
    size = LLVMFuzzerCustomMutator ? LLVMFuzzerCustomMutator(bytes.data(), size, room, generator())
                                   : LLVMFuzzerMutate(bytes.data(), size, room);
  bytes.resize(size);
  bytes.shrink_to_fit(); // so that reading beyond the end is seen
  return bytes;
}

static bool write(llvm::StringRef path, llvm::ArrayRef<uint8_t> bytes) {
  std::error_code error;
  llvm::raw_fd_ostream out(path, error);
  if (!error)
    out << llvm::toStringRef(bytes);
  return !error;
}

int main(int argc, char **argv) {
  llvm::sys::PrintStackTraceOnErrorSignal(argv[0]);
  unsigned mutants = 0, seed = 0, runs = 0;
  std::string keep;
  for (int i = 1; i < argc; ++i) {
    llvm::StringRef word = argv[i];
    if (word.consume_front("--mutants=") ? word.getAsInteger(10, mutants)
        : word.consume_front("--seed=")  ? word.getAsInteger(10, seed)
                                         : word.starts_with("--") && !word.starts_with("--keep=")) {
      llvm::errs()
          << "usage: " << argv[0]
          << " [--mutants=N] [--seed=N] [--keep=PATH] FILE...\n"
             "Reads each file, and N mutants of it; PATH gets a mutant before it is read.\n";
      return 2;
    }
    if (word.consume_front("--keep="))
      keep = word.str();
  }
  for (int i = 1; i < argc; ++i) {
    if (llvm::StringRef(argv[i]).starts_with("--"))
      continue;
    auto buffer = llvm::MemoryBuffer::getFile(argv[i], /*IsText=*/false,
                                              /*RequiresNullTerminator=*/false);
    if (!buffer) {
      llvm::errs() << "error: '" << argv[i] << "': " << buffer.getError().message() << "\n";
      return 2;
    }
    llvm::errs() << argv[i] << "\n"; // the last one, when the process ends here
    std::vector<uint8_t> bytes((*buffer)->getBufferStart(), (*buffer)->getBufferEnd());
    generator.seed(seed);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    ++runs;
    for (unsigned mutant = 0; mutant < mutants; ++mutant, ++runs) {
      std::vector<uint8_t> changed = mutantOf(bytes);
      if (!keep.empty() && !write(keep, changed)) {
        llvm::errs() << "error: cannot write '" << keep << "'\n";
        return 2;
      }
      LLVMFuzzerTestOneInput(changed.data(), changed.size());
    }
  }
  if (!keep.empty())
    llvm::sys::fs::remove(keep);
  llvm::outs() << runs << " runs\n";
  return 0;
}
