// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cuts a long function of a model into parts: LLVM's passes over one function take more
// than linear time, and its registers do not last for thousands of calls.
#include "lib/Target/ModelFunction.h"
#include "lib/Target/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

namespace pith {
#define GEN_PASS_DEF_SPLITMODEL
#include "lib/Target/Passes.h.inc"
} // namespace pith

using namespace mlir;
using namespace pith;

namespace {

/// Whether the operation gives the same anywhere in the function: an address, or a
/// pointer of the caller's that nobody writes.
bool isRepeatable(Operation *op) {
  if (op->getNumRegions())
    return false;
  if (auto load = dyn_cast<LLVM::LoadOp>(op)) {
    Value array = load.getAddr();
    if (auto element = array.getDefiningOp<LLVM::GEPOp>())
      array = element.getBase();
    auto argument = dyn_cast<BlockArgument>(array);
    return argument && argument.getArgNumber() < 2 && !load.getVolatile_(); // inputs, outputs
  }
  return isMemoryEffectFree(op);
}

SetVector<Value> valuesOf(Operation *op) {
  SetVector<Value> values(op->getOperands().begin(), op->getOperands().end());
  for (Region &region : op->getRegions())
    getUsedValuesDefinedAbove(region, values);
  return values;
}

/// Copies a part with all that it needs of what the function computes.
class Part {
public:
  Part(func::FuncOp model, const Twine &name)
      : builder(model), function(func::FuncOp::create(builder, model.getLoc(), name.str(),
                                                      model.getFunctionType())) {
    function.setPrivate();
    function->setDiscardableAttrs(model->getDiscardableAttrDictionary());
    builder.setInsertionPointToStart(function.addEntryBlock());
    mapping.map(model.getArguments(), function.getArguments());
  }

  /// Fails where the operation reads what another part computes.
  LogicalResult add(Operation *op) {
    for (Value value : valuesOf(op))
      if (failed(provide(value)))
        return failure();
    builder.clone(*op, mapping);
    return success();
  }

  func::FuncOp finish(Location loc) {
    func::ReturnOp::create(builder, loc);
    return function;
  }
  void discard() { function.erase(); }

private:
  LogicalResult provide(Value value) {
    SmallVector<Value> work{value};
    while (!work.empty()) {
      Operation *op = work.back().getDefiningOp();
      if (mapping.contains(work.back())) {
        work.pop_back();
        continue;
      }
      if (!op || !isRepeatable(op))
        return failure();
      size_t known = work.size();
      for (Value operand : op->getOperands())
        if (!mapping.contains(operand))
          work.push_back(operand);
      if (work.size() == known)
        builder.clone(*op, mapping);
    }
    return success();
  }

  OpBuilder builder;
  func::FuncOp function;
  IRMapping mapping;
};

struct SplitModel : pith::impl::SplitModelBase<SplitModel> {
  using Base::Base;

  void runOnOperation() override {
    auto model = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!model || model.isDeclaration() || !model.getBody().hasOneBlock() || most == 0)
      return;
    Block &body = model.getBody().front();
    SmallVector<Operation *> steps;
    for (Operation &op : body.without_terminator())
      if (!isRepeatable(&op))
        steps.push_back(&op);
    if (steps.size() <= most)
      return;
    SymbolTable symbols(getOperation());
    SmallVector<func::FuncOp> parts;
    for (ArrayRef<Operation *> rest = steps; !rest.empty();
         rest = rest.drop_front(std::min<size_t>(most, rest.size()))) {
      Part part(model, "main.part" + Twine(parts.size()));
      for (Operation *step : rest.take_front(most))
        if (failed(part.add(step))) { // it stays as it is
          part.discard();
          for (func::FuncOp made : parts)
            made.erase();
          return;
        }
      parts.push_back(part.finish(model.getLoc()));
    }
    auto old = llvm::map_to_vector(body.without_terminator(), [](Operation &op) { return &op; });
    for (Operation *op : llvm::reverse(old))
      op->erase();
    OpBuilder builder(body.getTerminator());
    for (func::FuncOp part : parts) {
      symbols.insert(part); // which makes its name unique
      func::CallOp::create(builder, model.getLoc(), part, model.getArguments());
    }
    numParts += parts.size();
  }
};

} // namespace
