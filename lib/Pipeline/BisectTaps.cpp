// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Pipeline/BisectTaps.h"
#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace pith;

static llvm::StringRef nameIn(Location location) {
  if (auto name = dyn_cast<NameLoc>(location))
    return name.getName().getValue();
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      if (llvm::StringRef name = nameIn(part); !name.empty())
        return name;
  return "";
}

/// What can be an output: a tensor of whole bytes that is computed.
static bool isObservable(Operation &op) {
  if (op.getNumResults() != 1 || op.hasTrait<OpTrait::ConstantLike>() || isa<TapOp>(op))
    return false;
  auto type = dyn_cast<RankedTensorType>(op.getResult(0).getType());
  return type && type.hasStaticShape() && type.getElementType().isIntOrFloat() &&
         type.getElementTypeBitWidth() >= 8;
}

void pith::tapLayers(ModuleOp module) {
  auto function = module.lookupSymbol<func::FuncOp>("main");
  if (!function)
    return;
  llvm::MapVector<llvm::StringRef, Operation *> layers;
  for (Operation &op : function.front())
    if (llvm::StringRef name = nameIn(op.getLoc()); !name.empty() && isObservable(op))
      layers[name] = &op;
  // Names of outputs stay theirs.
  llvm::StringSet<> taken;
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    if (auto io = function.getResultAttrOfType<IoAttr>(i, "pith.io"))
      taken.insert(io.getName());
  for (auto [name, op] : layers) {
    if (taken.contains(name))
      continue;
    OpBuilder builder(op->getBlock(), std::next(op->getIterator()));
    Value value = op->getResult(0);
    auto tap =
        TapOp::create(builder, op->getLoc(), value.getType(), builder.getStringAttr(name), value);
    value.replaceAllUsesExcept(tap.getResult(), tap);
  }
}

unsigned pith::numOutputs(ModuleOp module) {
  auto function = module.lookupSymbol<func::FuncOp>("main");
  return function ? function.getNumResults() : 0;
}
