// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One element of a tensor as a formula: what the maps in front of it compute,
// however a file splits the work between them.
#ifndef PITH_LIB_IMPORT_RECOGNISE_FORMULA_H
#define PITH_LIB_IMPORT_RECOGNISE_FORMULA_H

#include "dialects/Pith/PithOps.h"

namespace pith::import {

/// A tensor's element, or a value inside the region of a map. The former wherever
/// a tensor holds the number, so that equal formulas are equal objects.
class Formula {
public:
  /// An element of a tensor.
  explicit Formula(mlir::Value tensor) : value(tensor) {}

  bool operator==(const Formula &) const = default;

  /// The tensor that holds the number, or null.
  mlir::Value tensor() const { return map ? mlir::Value() : value; }
  /// The operator whose result that tensor is, or null.
  template <typename OpT> OpT source() const { return map ? OpT() : value.getDefiningOp<OpT>(); }

  /// The number, where it is the same for all elements.
  std::optional<llvm::APFloat> number() const;
  bool isNumber(double expected) const;

  /// The operand, if a scalar `OpT` of one computes the number.
  template <typename OpT> std::optional<Formula> operand() const {
    auto [inside, op] = computation();
    return llvm::isa_and_present<OpT>(op) ? std::optional(Formula(inside, op->getOperand(0)))
                                          : std::nullopt;
  }
  using Pair = std::pair<Formula, Formula>;
  /// The operands, if a scalar `OpT` of two computes the number: none, one pair, or
  /// where `OpT` commutes both orders of it.
  template <typename OpT> llvm::SmallVector<Pair, 2> operands() const {
    auto [inside, op] = computation();
    if (!llvm::isa_and_present<OpT>(op))
      return {};
    Formula a(inside, op->getOperand(0)), b(inside, op->getOperand(1));
    llvm::SmallVector<Pair, 2> pairs{{a, b}};
    if (OpT::template hasTrait<mlir::OpTrait::IsCommutative>())
      pairs.push_back({b, a});
    return pairs;
  }

private:
  Formula(MapOp map, mlir::Value value);
  /// The map and the operation in it that compute the number; null otherwise.
  std::pair<MapOp, mlir::Operation *> computation() const;

  MapOp map; ///< null for an element of a tensor
  mlir::Value value;
};

/// Whether nobody but `last` reads what lies between `inputs` and it.
bool isOnlyReader(mlir::Operation *last, llvm::ArrayRef<mlir::Value> inputs);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_RECOGNISE_FORMULA_H
