// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Forms of element-wise work on codes: what their attribute may say.
#include "dialects/Pith/PithAttrs.h"

using namespace mlir;
using namespace pith;

/// For each kind the codes that it takes and the types of its constants: `f` is
/// f32, `i` is i32. Zero codes: one or two.
static std::pair<unsigned, StringLiteral> signatureOf(FormKind kind) {
  switch (kind) {
  case FormKind::Identity:
    return {1, ""};
  case FormKind::Clamp:
    return {1, "ii"};
  case FormKind::Offset:
    return {0, "iii"};
  case FormKind::Multiply:
    return {1, "ifiii"};
  case FormKind::MultiplyAdd:
    return {2, "ififfiii"};
  case FormKind::Product:
    return {2, "iifiii"};
  case FormKind::FixedPoint:
    return {1, "iiiii"};
  case FormKind::Reciprocal:
    return {0, "f"};
  case FormKind::Table:
    return {1, ""};
  case FormKind::Literal:
    return {0, ""};
  }
  llvm_unreachable("an enumeration's value");
}

LogicalResult FormAttr::verify(function_ref<InFlightDiagnostic()> emitError, FormKind kind,
                               FunctionType type, ArrayRef<TypedAttr> constants) {
  auto isCode = [](Type type) { return type.isInteger(8) && !type.isSignlessInteger(); };
  unsigned codes = type.getNumInputs();
  if (codes == 0 || type.getNumResults() != 1 || !llvm::all_of(type.getInputs(), isCode) ||
      !isCode(type.getResult(0)))
    return emitError() << "expected a function of ui8 or si8 to one of them, got " << type
                       << " [form_attr_c1]";
  auto [takes, letters] = signatureOf(kind);
  // A literal form may have any number: that is why it is literal.
  if (kind != FormKind::Literal && (takes ? codes != takes : codes > 2))
    return emitError() << "expected " << stringifyFormKind(kind) << " to take "
                       << (takes ? Twine(takes) : Twine("1 or 2")) << " codes, got " << codes
                       << " [form_attr_c2]";
  auto fits = [](TypedAttr constant, char letter) {
    return letter == 'f' ? isa<FloatAttr>(constant) && constant.getType().isF32()
                         : isa<IntegerAttr>(constant) && constant.getType().isSignlessInteger(32);
  };
  if (constants.size() != letters.size() || !llvm::all_of_zip(constants, letters, fits)) {
    InFlightDiagnostic error = emitError() << "expected the constants of "
                                           << stringifyFormKind(kind) << " to be of types [";
    llvm::interleaveComma(letters, error,
                          [&](char letter) { error << (letter == 'f' ? "f32" : "i32"); });
    return error << "] [form_attr_c3]";
  }
  return success();
}

double FormAttr::getNumber(unsigned index) const {
  TypedAttr constant = getConstants()[index];
  if (auto real = dyn_cast<FloatAttr>(constant))
    return real.getValueAsDouble();
  return double(cast<IntegerAttr>(constant).getInt());
}
