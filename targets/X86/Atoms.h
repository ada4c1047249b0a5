// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What patterns for instructions share.
#ifndef PITH_TARGETS_X86_ATOMS_H
#define PITH_TARGETS_X86_ATOMS_H

#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/PatternMatch.h"

namespace pith::x86 {

inline unsigned bitsOf(mlir::VectorType type) {
  return unsigned(type.getNumElements()) * type.getElementTypeBitWidth();
}

/// What the module's target has.
class Features {
public:
  explicit Features(llvm::StringRef list) { list.split(names, ',', -1, /*KeepEmpty=*/false); }
  bool has(llvm::StringRef name) const { return llvm::is_contained(names, name); }

  /// Integer instructions on 8 and 16 bits.
  bool hasIntegers(unsigned bits) const {
    return bits == 128 || (bits == 256 && has("+avx2")) || (bits == 512 && has("+avx512bw"));
  }
  /// Sums of two products of 8 bits, saturated to 16.
  bool hasPairs(unsigned bits) const {
    return hasIntegers(bits) && (bits > 128 || has("+ssse3") || has("+avx2"));
  }
  /// A byte for each of a register's, from sixteen.
  bool hasShuffles(unsigned bits) const { return hasPairs(bits); }
  bool hasVnni(unsigned bits) const {
    if (bits == 512)
      return has("+avx512vnni");
    return (bits == 128 || bits == 256) &&
           (has("+avxvnni") || (has("+avx512vnni") && has("+avx512vl")));
  }
  bool hasBf16(unsigned bits) const {
    return has("+avx512bf16") &&
           (bits == 512 || ((bits == 128 || bits == 256) && has("+avx512vl")));
  }

private:
  llvm::SmallVector<llvm::StringRef> names;
};

struct Emitter {
  mlir::OpBuilder &b;
  mlir::Location loc;

  mlir::Value call(llvm::StringRef name, mlir::Type result, mlir::ValueRange operands) const {
    return mlir::LLVM::CallIntrinsicOp::create(b, loc, result, b.getStringAttr(name), operands)
        .getResults();
  }
  mlir::Value splat(mlir::VectorType type, int64_t value) const {
    return mlir::arith::ConstantOp::create(
        b, loc, mlir::SplatElementsAttr::get(type, b.getIntegerAttr(type.getElementType(), value)));
  }
  mlir::Value add(mlir::Value x, mlir::Value y) const {
    return mlir::arith::AddIOp::create(b, loc, x, y);
  }
};

/// What `make` gives of vectors of one register, for vectors of 32-bit numbers that
/// fill one or several; null for others.
mlir::Value byRegisters(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange operands,
                        llvm::function_ref<mlir::Value(mlir::ValueRange)> make);

/// The number that all lanes of a constant have.
std::optional<llvm::APFloat> splatOf(mlir::Value value);

/// Lookups in tables of bytes.
void addLookup(mlir::RewritePatternSet &patterns, const Features &features);
/// The greater and the lesser of two numbers.
void addExtremes(mlir::RewritePatternSet &patterns, const Features &features);
/// 1 / (1 + e^-x).
void addSigmoid(mlir::RewritePatternSet &patterns, const Features &features);

} // namespace pith::x86

#endif
