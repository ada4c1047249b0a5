// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/pith/Precisions.h"
#include "tools/pith/Options.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace pith;
using namespace pith::tool;

llvm::json::Object tool::describePrecisions(const Target &target, const Cpu &cpu) {
  llvm::json::Object precisions;
  for (Precision precision : allPrecisions()) {
    PrecisionSupport support = precisionSupport(target, cpu.machine, precision);
    llvm::json::Array rows;
    for (const KernelRow *row : support.rows)
      rows.push_back(row->name);
    precisions[name(precision)] = llvm::json::Object{
        {"native", support.isNative()}, {"by", support.describe()}, {"rows", std::move(rows)}};
  }
  return precisions;
}

void tool::printPrecisions(const Target &target, const Cpu &cpu) {
  llvm::SmallVector<std::string> words;
  for (Precision precision : allPrecisions())
    words.push_back(
        (name(precision) + ": " + precisionSupport(target, cpu.machine, precision).describe())
            .str());
  llvm::outs() << "      " << llvm::join(words, "; ") << "\n";
}

int tool::requirePrecisions(const Target &target, const Cpu &cpu, llvm::StringRef list,
                            bool fallback) {
  llvm::SmallVector<llvm::StringRef> wanted, native;
  list.split(wanted, ',');
  if (!parsePrecisions(list))
    return Usage;
  for (Precision precision : allPrecisions())
    if (precisionSupport(target, cpu.machine, precision).isNative())
      native.push_back(name(precision));
  int code = Done;
  for (llvm::StringRef each : wanted) {
    PrecisionSupport support = precisionSupport(target, cpu.machine, *precisionByName(each));
    if (support.isNative())
      continue;
    std::string lacks = llvm::formatv("target '{0}' has no instruction for {1} on CPU '{2}'",
                                      target.name(), each, cpu.name);
    if (fallback) {
      llvm::outs() << "fallback: " << lacks << "; other code gives the same results\n";
      continue;
    }
    llvm::errs() << "error: unsupported: " << lacks << "\nnote: it has some for "
                 << (native.empty() ? "nothing" : llvm::join(native, ", ")) << "; CPUs with "
                 << each << ": " << (support.cpus.empty() ? "none" : llvm::join(support.cpus, ", "))
                 << "; --fallback accepts slower code with the same results\n";
    code = Unsupported;
  }
  return code;
}
