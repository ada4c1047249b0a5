// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the chosen forms, and refuses those that would change a code.
#include "lib/Quantize/Forms/BuildForm.h"
#include "lib/Quantize/Forms/CodeFunction.h"
#include "lib/Quantize/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Support/DebugStringHelper.h"
#include "llvm/ADT/StringSet.h"

namespace pith {
#define GEN_PASS_DEF_APPLYFORMS
#include "lib/Quantize/Passes.h.inc"
} // namespace pith

using namespace mlir;
using namespace pith;

namespace {

constexpr StringLiteral remedy = "remove the attribute and run pith-select-forms to choose one";

LogicalResult refuse(MapOp map, FormAttr form, const Twine &why) {
  InFlightDiagnostic error = map.emitError()
                             << "the form " << form.getName() << " does not fit the map: " << why;
  error.attachNote() << remedy;
  return error;
}

/// The body of a map, ready to run, or failure after an error.
FailureOr<forms::CodeBody> compile(MapOp map, FormAttr form) {
  FailureOr<forms::CodeBody> body = forms::CodeBody::compile(map);
  if (succeeded(body) && !body->hasProgram())
    return refuse(map, form, "some operation has no exactly defined value");
  return body;
}

/// All values of a body, or failure after an error.
FailureOr<forms::CodeFunction> evaluate(MapOp map, FormAttr form, forms::CodeBody &body) {
  if (std::optional<forms::CodeFunction> function = body.evaluate())
    return std::move(*function);
  return refuse(map, form, "for some codes an operation has no value");
}

std::string describe(Type type, uint8_t code) {
  return std::to_string(type.isSignedInteger() ? int(int8_t(code)) : int(code));
}

/// "7" or "(7, 200)", as the form's type counts.
std::string describeCase(FormAttr form, size_t at) {
  ArrayRef<Type> types = form.getType().getInputs();
  if (types.size() == 1)
    return describe(types[0], at);
  return "(" + describe(types[0], at / 256) + ", " + describe(types[1], at % 256) + ")";
}

LogicalResult prove(MapOp map, FormAttr form, const forms::CodeFunction &literal) {
  OwningOpRef<MapOp> clone(map.clone());
  if (failed(forms::rewriteBody(*clone, form)))
    return refuse(map, form, "the body has no division by a constant");
  FailureOr<forms::CodeBody> body = compile(*clone, form);
  if (failed(body))
    return failure();
  FailureOr<forms::CodeFunction> formed = evaluate(map, form, *body);
  if (failed(formed))
    return failure();
  Type result = form.getType().getResult(0);
  for (size_t i = 0; i < literal.values.size(); ++i)
    if (formed->values[i] != literal.values[i])
      return refuse(map, form,
                    "for " + describeCase(form, i) + " it gives " +
                        describe(result, formed->values[i]) + ", the body " +
                        describe(result, literal.values[i]));
  return success();
}

void lookUp(MapOp map, const forms::CodeFunction &literal) {
  OpBuilder builder(map);
  auto type = RankedTensorType::get({256}, builder.getI8Type());
  ArrayRef<char> bytes(reinterpret_cast<const char *>(literal.values.data()), 256);
  Value table = arith::ConstantOp::create(builder, map.getLoc(),
                                          DenseElementsAttr::getFromRawBuffer(type, bytes));
  auto lookup = LookupOp::create(builder, map.getLoc(), map.getInputs()[0], table);
  lookup->setDiscardableAttrs(map->getDiscardableAttrDictionary());
  map.getResult().replaceAllUsesWith(lookup.getResult());
  map.erase();
}

struct ApplyForms : pith::impl::ApplyFormsBase<ApplyForms> {
  using Base::Base;

  void runOnOperation() override {
    SmallVector<std::pair<MapOp, FormAttr>> work;
    getOperation().walk([&](MapOp map) {
      if (auto form = map->getAttrOfType<FormAttr>("pith.form"))
        work.push_back({map, form});
    });
    proved.clear();
    for (auto [map, form] : work)
      if (failed(apply(map, form)))
        return signalPassFailure();
  }

private:
  LogicalResult apply(MapOp map, FormAttr form) {
    if (!forms::isCodeMap(map) || map.getInputs().size() != form.getType().getNumInputs())
      return refuse(map, form,
                    "expected 8-bit operands and result as in " + debugString(form.getType()));
    if (form.getKind() == FormKind::Literal)
      return success();
    bool isTable = form.getKind() == FormKind::Table;
    if (isTable && map.getInputs()[0].getType() != map.getType())
      return refuse(map, form, "the result has another shape than the operand");
    FailureOr<forms::CodeBody> body = compile(map, form);
    if (failed(body))
      return failure();
    // Equal bodies need one proof.
    std::string key = body->key() + debugString(form);
    if (!isTable && proved.contains(key))
      return forms::rewriteBody(map, form);
    FailureOr<forms::CodeFunction> literal = evaluate(map, form, *body);
    if (failed(literal))
      return failure();
    if (isTable) {
      lookUp(map, *literal);
      return success();
    }
    if (failed(prove(map, form, *literal)))
      return failure();
    proved.insert(key);
    return forms::rewriteBody(map, form);
  }

  llvm::StringSet<> proved;
};

} // namespace
