// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Pipeline/Taps.h"
#include "dialects/Pith/PithOps.h"
#include "pith/Support/NodeName.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace pith;

/// What can be an output: a tensor of whole bytes that is computed.
static bool isObservable(Operation &op) {
  if (op.getNumResults() != 1 || op.hasTrait<OpTrait::ConstantLike>() || isa<TapOp>(op))
    return false;
  auto type = dyn_cast<RankedTensorType>(op.getResult(0).getType());
  return type && type.hasStaticShape() && type.getElementType().isIntOrFloat() &&
         type.getElementTypeBitWidth() >= 8;
}

llvm::SmallVector<Layer> pith::findLayers(ModuleOp module) {
  auto function = module.lookupSymbol<func::FuncOp>("main");
  if (!function)
    return {};
  // Names of outputs stay theirs.
  llvm::StringSet<> taken;
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    if (auto io = function.getResultAttrOfType<IoAttr>(i, ioAttrName))
      taken.insert(io.getName());
  // From the end, so that the last operation of a name counts.
  llvm::SmallVector<Layer> layers;
  for (Operation &op : llvm::reverse(function.front()))
    if (llvm::StringRef name = nodeName(op.getLoc());
        !name.empty() && isObservable(op) && taken.insert(name).second)
      layers.push_back({name.str(), op.getResult(0)});
  std::reverse(layers.begin(), layers.end());
  return layers;
}

/// Observes a value where it is computed; all others use the tap's result.
static TapOp tap(Layer layer) {
  OpBuilder builder(layer.value.getContext());
  builder.setInsertionPointAfterValue(layer.value);
  auto tap = TapOp::create(builder, layer.value.getLoc(), layer.value.getType(),
                           builder.getStringAttr(layer.name), layer.value);
  layer.value.replaceAllUsesExcept(tap.getResult(), tap);
  return tap;
}

void pith::tapLayers(ModuleOp module) {
  for (const Layer &layer : findLayers(module))
    tap(layer);
}

void pith::cutLayers(ModuleOp module, llvm::ArrayRef<std::string> names) {
  auto function = module.lookupSymbol<func::FuncOp>("main");
  llvm::StringMap<Layer> known;
  for (Layer &layer : findLayers(module))
    known[layer.name] = layer;
  MLIRContext *context = module.getContext();
  for (const std::string &name : names) {
    const Layer &layer = known.at(name);
    auto io = IoAttr::get(context, "layer " + name, getElementTypeOrSelf(layer.value.getType()));
    auto attributes =
        DictionaryAttr::get(context, NamedAttribute(StringAttr::get(context, ioAttrName), io));
    unsigned index = function.getNumArguments();
    (void)function.insertArgument(index, layer.value.getType(), attributes, layer.value.getLoc());
    Value given = function.getArgument(index);
    // The model's outputs stay what it computes.
    tap(layer).getResult().replaceUsesWithIf(
        given, [](OpOperand &use) { return !isa<func::ReturnOp>(use.getOwner()); });
  }
}

unsigned pith::numOutputs(ModuleOp module) {
  auto function = module.lookupSymbol<func::FuncOp>("main");
  return function ? function.getNumResults() : 0;
}
