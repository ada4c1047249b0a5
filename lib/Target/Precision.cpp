// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Target/Precision.h"
#include "llvm/ADT/StringExtras.h"

using namespace pith;
using llvm::StringRef;

static constexpr Precision precisions[] = {Precision::Int8, Precision::Int4, Precision::F32,
                                           Precision::F16,  Precision::BF16, Precision::Sparse};

llvm::ArrayRef<Precision> pith::allPrecisions() { return precisions; }

StringRef pith::name(Precision precision) {
  constexpr StringRef names[] = {"int8", "int4", "f32", "f16", "bf16", "sparse"};
  return names[unsigned(precision)];
}

std::optional<Precision> pith::precisionByName(StringRef wanted) {
  for (Precision precision : precisions)
    if (name(precision) == wanted)
      return precision;
  return std::nullopt;
}

/// Bytes, as they are or less their zero point.
static bool holdsBytes(Number number) {
  return number == Number::U8 || number == Number::S8 || number == Number::S16;
}

bool pith::isNative(const KernelRow &row, Precision precision) {
  auto both = [&](Number number) { return row.lhs == number && row.rhs == number; };
  if (row.atom.instruction.empty())
    return false;
  switch (precision) {
  case Precision::Int8:
    return holdsBytes(row.lhs) && holdsBytes(row.rhs) && row.sparsity == Sparsity::Dense;
  case Precision::Int4:
    return holdsBytes(row.lhs) && row.sparsity == Sparsity::Dense &&
           (row.rhs == Number::S4 || (holdsBytes(row.rhs) && row.before & Fusion::Decode));
  case Precision::F32:
    return (both(Number::F32) || (row.lhs == Number::F32 && row.rhs == Number::S4)) &&
           row.sparsity == Sparsity::Dense;
  case Precision::F16:
    return both(Number::F16) && row.sparsity == Sparsity::Dense;
  case Precision::BF16:
    return both(Number::BF16) && row.sparsity == Sparsity::Dense;
  case Precision::Sparse:
    return row.sparsity != Sparsity::Dense;
  }
  return false;
}

static bool has(TargetAttr machine, StringRef needs) {
  llvm::SmallVector<StringRef> wanted, features;
  needs.split(wanted, ',', -1, /*KeepEmpty=*/false);
  machine.getFeatures().split(features, ',', -1, /*KeepEmpty=*/false);
  return llvm::all_of(wanted,
                      [&](StringRef feature) { return llvm::is_contained(features, feature); });
}

static llvm::SmallVector<const KernelRow *> rowsFor(const Target &target, TargetAttr machine,
                                                    Precision precision) {
  llvm::SmallVector<const KernelRow *> rows;
  for (const KernelRow &row : target.kernels())
    if (isNative(row, precision) && has(machine, row.needs))
      rows.push_back(&row);
  return rows;
}

PrecisionSupport pith::precisionSupport(const Target &target, TargetAttr machine,
                                        Precision precision) {
  PrecisionSupport result;
  result.rows = rowsFor(target, machine, precision);
  for (const CpuVariant &cpu : target.variants())
    if (TargetAttr other =
            target.resolve(machine.getContext(), machine.getMachine().getTriple(), cpu.name, ""))
      if (!rowsFor(target, other, precision).empty())
        result.cpus.push_back(cpu.name);
  return result;
}

std::string PrecisionSupport::describe() const {
  llvm::SmallVector<std::string> words;
  for (const KernelRow *row : rows) {
    std::string word = row->atom.instruction.str();
    if (row->sparsity != Sparsity::Dense)
      word += (" (" + name(row->sparsity) + ")").str();
    if (row->exact == Exactness::IfProved)
      word += " (if proved)";
    if (row->exact == Exactness::No)
      word += " (--fast-float)";
    if (!llvm::is_contained(words, word))
      words.push_back(word);
  }
  return words.empty() ? "emulated" : llvm::join(words, ", ");
}
