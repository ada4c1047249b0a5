// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Recognise/Formula.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

static Value yielded(MapOp map) { return map.getBody().front().getTerminator()->getOperand(0); }

Formula::Formula(MapOp inside, Value number) : map(inside), value(number) {
  if (auto argument = dyn_cast<BlockArgument>(number)) {
    value = inside.getInputs()[argument.getArgNumber()];
    map = {};
  } else if (number == yielded(inside)) {
    value = inside.getResult();
    map = {};
  }
}

std::pair<MapOp, Operation *> Formula::computation() const {
  MapOp inside = map ? map : value.getDefiningOp<MapOp>();
  if (!inside)
    return {};
  return {inside, map ? value.getDefiningOp() : yielded(inside).getDefiningOp()};
}

std::optional<APFloat> Formula::number() const {
  Attribute constant;
  if (!matchPattern(value, m_Constant(&constant)))
    return std::nullopt;
  if (auto elements = dyn_cast<SplatElementsAttr>(constant))
    constant = elements.getSplatValue<Attribute>();
  auto number = dyn_cast<FloatAttr>(constant);
  return number ? std::optional(number.getValue()) : std::nullopt;
}

bool Formula::isNumber(double expected) const {
  std::optional<APFloat> found = number();
  if (!found)
    return false;
  APFloat rounded(expected);
  bool isInexact = false;
  rounded.convert(found->getSemantics(), APFloat::rmNearestTiesToEven, &isInexact);
  return found->bitwiseIsEqual(rounded);
}

bool import::isOnlyReader(Operation *last, ArrayRef<Value> inputs) {
  SetVector<Operation *> inside;
  inside.insert(last);
  for (size_t next = 0; next < inside.size(); ++next)
    for (Value operand : inside[next]->getOperands()) {
      Operation *source = operand.getDefiningOp();
      if (source && !source->hasTrait<OpTrait::ConstantLike>() &&
          !llvm::is_contained(inputs, operand))
        inside.insert(source);
    }
  return llvm::all_of(inside.getArrayRef().drop_front(), [&](Operation *op) {
    return llvm::all_of(op->getUsers(), [&](Operation *user) { return inside.contains(user); });
  });
}
