// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tries constants of a form on all cases.
#ifndef PITH_LIB_QUANTIZE_FORMS_TRIAL_H
#define PITH_LIB_QUANTIZE_FORMS_TRIAL_H

#include "lib/Quantize/Forms/CodeFunction.h"

namespace pith::forms {

/// The operations that a form writes, its constants arguments: one program for
/// all candidates.
class Trial {
public:
  /// A form of arithmetic.
  static Trial ofFormula(const CodeFunction &function, FormKind kind, mlir::FunctionType type);
  /// The map's own body with a number in place of a divisor. Its last division
  /// by a constant has to exist.
  static std::optional<Trial> ofReciprocal(const CodeFunction &function, MapOp map);

  /// Whether the constants give the function's values in all cases.
  bool matches(llvm::ArrayRef<mlir::TypedAttr> constants);

private:
  Trial(const CodeFunction &function, ScalarProgram program)
      : function(&function), program(std::move(program)) {}

  bool rowMatches(unsigned row);

  const CodeFunction *function;
  ScalarProgram program;
  llvm::SmallVector<unsigned> arguments; // of the program, for each constant
  unsigned failedRow = 0;                // what refuted one candidate often refutes the next
};

} // namespace pith::forms

#endif // PITH_LIB_QUANTIZE_FORMS_TRIAL_H
