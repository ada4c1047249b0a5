// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The operations of each form.
#ifndef PITH_LIB_QUANTIZE_FORMS_BUILDFORM_H
#define PITH_LIB_QUANTIZE_FORMS_BUILDFORM_H

#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace pith::forms {

using ConstantBuilder = llvm::function_ref<mlir::Value(unsigned number, mlir::Type type)>;

/// The code that a form of arithmetic gives for `codes`. `constant` gives the
/// constants, known or not.
mlir::Value buildForm(mlir::OpBuilder &builder, mlir::Location loc, FormKind kind,
                      mlir::FunctionType type, mlir::ValueRange codes, ConstantBuilder constant);

/// The last division by an f32 constant; null when there is none.
mlir::arith::DivFOp findDivision(mlir::Block &block);
void replaceDivision(mlir::arith::DivFOp division, mlir::Value reciprocal);

/// Gives the map the body of a form; not for tables. Fails, without an error,
/// where the map's body has no division to replace.
llvm::LogicalResult rewriteBody(MapOp map, FormAttr form);

} // namespace pith::forms

#endif // PITH_LIB_QUANTIZE_FORMS_BUILDFORM_H
