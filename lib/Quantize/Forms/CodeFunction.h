// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Maps on 8-bit codes as what they are: finite functions.
#ifndef PITH_LIB_QUANTIZE_FORMS_CODEFUNCTION_H
#define PITH_LIB_QUANTIZE_FORMS_CODEFUNCTION_H

#include "dialects/Pith/PithOps.h"
#include "lib/Support/ScalarProgram.h"

namespace pith::forms {

/// Whether all operands, of which there is one, and the result are 8-bit codes.
bool isCodeMap(MapOp map);

/// A map with elementary functions replaced by their arithmetic. The map itself
/// is left as it is; the clone is in no block.
mlir::FailureOr<mlir::OwningOpRef<MapOp>> cloneExpanded(MapOp map);

/// All values of a function of one or two codes.
struct CodeFunction {
  unsigned codes = 1;
  /// The result's bits: of x at x, of x and y at 256 * x + y.
  std::vector<uint8_t> values;
  /// What the last rounding rounds, at the same places; empty without one.
  std::vector<float> unrounded;
};

/// The body of a map of one or two codes, ready to run.
class CodeBody {
public:
  /// Fails after an error (an elementary function without a canonical form);
  /// has no program where some operation has no exactly defined value.
  static mlir::FailureOr<CodeBody> compile(MapOp map);

  bool hasProgram() const { return program.has_value(); }
  /// Operations, elementary functions expanded.
  int64_t size() const { return program->size(); }
  std::string key() const { return program->key(); }
  /// All cases, or nothing where some case has no value.
  std::optional<CodeFunction> evaluate();

private:
  std::optional<ScalarProgram> program;
  unsigned codes = 1;
  bool rounds = false;
};

/// The codes 0 to 255, a column.
llvm::ArrayRef<uint64_t> allCodes();

} // namespace pith::forms

#endif // PITH_LIB_QUANTIZE_FORMS_CODEFUNCTION_H
