// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What this machine can do at most, measured.
#ifndef PITH_TOOLS_PITH_PEAKS_H
#define PITH_TOOLS_PITH_PEAKS_H

#include "pith/Target/Target.h"
#include "llvm/Support/JSON.h"
#include <map>
#include <optional>

namespace pith::tool {

/// Measured when first asked for, on so many threads.
class Peaks {
public:
  /// `target`: that of the manifest.
  Peaks(llvm::json::Object target, unsigned threads)
      : target(std::move(target)), threads(threads) {}

  /// Operations a microsecond, two for each multiplication, that the instruction of a
  /// row reaches in a matrix product that suits it. Nothing for scalar code, and where
  /// the machine cannot run it.
  std::optional<double> operations(llvm::StringRef row);
  /// The same of products of f32, whose instruction takes as long as any other that
  /// computes with a register of floats.
  std::optional<double> floats();
  /// Bytes a microsecond, read and written by copies in memory of so many bytes.
  double bytes(int64_t size);

private:
  std::optional<double> ofProduct(const KernelRow *product);

  llvm::json::Object target;
  unsigned threads;
  std::map<const KernelRow *, std::optional<double>> products;
  std::map<int64_t, double> copies;
};

} // namespace pith::tool

#endif
