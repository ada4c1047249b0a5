// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Decides how maps on codes are computed; Forms/Search finds out.
#include "lib/Quantize/Forms/Search.h"
#include "lib/Quantize/Passes.h"

namespace pith {
#define GEN_PASS_DEF_SELECTFORMS
#include "lib/Quantize/Passes.h.inc"
} // namespace pith

using namespace mlir;
using namespace pith;

namespace {

struct SelectForms : pith::impl::SelectFormsBase<SelectForms> {
  using Base::Base;

  void runOnOperation() override {
    WalkResult result = getOperation().walk([&](MapOp map) -> WalkResult {
      if (!forms::isCodeMap(map) || map->hasAttr("pith.form"))
        return WalkResult::advance();
      FailureOr<FormAttr> form = select(map);
      if (failed(form))
        return WalkResult::interrupt();
      map->setAttr("pith.form", *form);
      return WalkResult::advance();
    });
    known.clear();
    if (result.wasInterrupted())
      signalPassFailure();
  }

private:
  FailureOr<FormAttr> select(MapOp map) {
    FailureOr<forms::CodeBody> body = forms::CodeBody::compile(map);
    if (failed(body))
      return failure();
    if (!body->hasProgram())
      return forms::literalForm(map);
    // A table has the shape of its input.
    bool keepsShape = map.getInputs()[0].getType() == map.getType();
    FormAttr &form = known[body->key() + (keepsShape ? "=" : "")];
    if (!form) {
      std::optional<forms::CodeFunction> function = body->evaluate();
      form = function ? forms::findForm(map, *function, body->size()) : forms::literalForm(map);
    }
    return form;
  }

  llvm::StringMap<FormAttr> known;
};

} // namespace
