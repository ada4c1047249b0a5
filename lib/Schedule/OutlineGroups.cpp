// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Groups become calls of kernel functions with memory signatures.
#include "lib/Schedule/MatchRows.h"
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Outline.h"
#include "lib/Schedule/OutlineName.h"
#include "lib/Schedule/Passes.h"
#include "lib/Schedule/Tuning.h"
#include "pith/Support/NodeName.h"
#include "pith/Target/ModuleTarget.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_OUTLINEGROUPS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

/// Work items: those of the row's skeleton, else rows of the result. A row is the last dimension,
/// or for anchors that look along several dimensions, all from the first of them on.
/// Rows of a few elements are joined, as long as there are enough of them to share.
int64_t itemsOf(GroupOp group) {
  if (auto decided = group->getAttrOfType<IntegerAttr>(itemsAttrName))
    return decided.getInt();
  if (group.getNumResults() > 1) // a scale beside codes: nothing to share out
    return 1;
  auto type = cast<RankedTensorType>(group.getOutputs().front().getType());
  int64_t inner = std::min<int64_t>(type.getRank(), 1);
  ArrayRef<int64_t> dims;
  if (auto softmax = dyn_cast<SoftmaxOp>(anchorOf(group)))
    dims = softmax.getDims();
  if (auto norm = dyn_cast<NormOp>(anchorOf(group)))
    dims = norm.getDims();
  if (!dims.empty())
    inner = type.getRank() - dims.front();
  constexpr int64_t fewElements = 256, enoughItems = 16;
  int64_t items = 1, elements = 1;
  for (int64_t size : type.getShape().drop_back(inner))
    items *= size;
  for (int64_t size : type.getShape().take_back(inner))
    elements *= size;
  for (int64_t size : llvm::reverse(type.getShape().drop_back(inner))) {
    if (elements >= fewElements || size == 0 || items / size < enoughItems)
      break;
    items /= size;
    elements *= size;
  }
  return items;
}

} // namespace

MemRefType pith::memoryType(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return MemRefType::get(tensor.getShape(), tensor.getElementType());
}

SmallVector<Type> pith::kernelArguments(OpBuilder &builder, TypeRange tensors) {
  SmallVector<Type> arguments =
      llvm::map_to_vector(tensors, [](Type type) { return Type(memoryType(type)); });
  Type index = builder.getIndexType();
  arguments.append({index, index, MemRefType::get({ShapedType::kDynamic}, builder.getI8Type())});
  return arguments;
}

func::FuncOp pith::makeKernel(OpBuilder &builder, GroupOp group, const Twine &name) {
  SmallVector<Type> tensors(group.getInputs().getTypes());
  llvm::append_range(tensors, group.getOutputs().getTypes());
  SmallVector<Type> arguments = kernelArguments(builder, tensors);
  Location location = group.getLoc();
  auto kernel =
      func::FuncOp::create(builder, location, name.str(), builder.getFunctionType(arguments, {}));
  kernel.setPrivate();
  kernel->setAttr(kernelAttrName, group.getKernelAttr());
  kernel->setAttr(itemsAttrName, builder.getI64IntegerAttr(itemsOf(group)));
  Block *entry = kernel.addEntryBlock();
  OpBuilder body = OpBuilder::atBlockBegin(entry);
  IRMapping mapping;
  for (auto [index, argument] : llvm::enumerate(group.getBody().getArguments()))
    mapping.map(argument, bufferization::ToTensorOp::create(body, location, argument.getType(),
                                                            entry->getArgument(index),
                                                            /*restrict=*/true)
                              .getResult());
  for (Operation &op : group.getBody().front().without_terminator())
    body.clone(op, mapping);
  auto yield = cast<YieldOp>(group.getBody().front().getTerminator());
  for (auto [index, value] : llvm::enumerate(yield.getValues())) {
    auto store = bufferization::MaterializeInDestinationOp::create(
        body, location, /*result=*/Type(), mapping.lookup(value),
        entry->getArgument(group.getInputs().size() + index));
    store.setRestrict(true);
    store.setWritable(true);
  }
  func::ReturnOp::create(body, location);
  return kernel;
}

NamedAttrList pith::takeLayer(GroupOp group) {
  NamedAttrList taken;
  for (Operation &op : group.getBody().front())
    for (StringRef name : {sparsityAttrName, fallbackAttrName, waysAttrName})
      if (Attribute value = op.removeAttr(name))
        taken.set(name, value);
  return taken;
}

namespace {
struct OutlineGroups : pith::impl::OutlineGroupsBase<OutlineGroups> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    func::FuncOp function = modelFunction(module);
    if (!function)
      return;
    llvm::StringMap<func::FuncOp> known;
    OpBuilder kernels = OpBuilder::atBlockEnd(module.getBody());
    for (GroupOp group : groupsOf(function)) {
      NamedAttrList layer = takeLayer(group);
      func::FuncOp &kernel = known[structureOf(group)];
      if (!kernel)
        kernel =
            makeKernel(kernels, group,
                       "k" + Twine(known.size() - 1) + "_" + toSymbol(nodeName(group.getLoc())));
      OpBuilder builder(group);
      SmallVector<Value> outputs;
      for (Type type : group.getOutputs().getTypes()) {
        auto tensor = cast<RankedTensorType>(type);
        outputs.push_back(tensor::EmptyOp::create(builder, group.getLoc(), tensor.getShape(),
                                                  tensor.getElementType()));
      }
      auto call = CallOp::create(builder, group.getLoc(), group.getResultTypes(),
                                 FlatSymbolRefAttr::get(kernel.getSymNameAttr()), group.getInputs(),
                                 outputs);
      for (NamedAttribute each : layer)
        call->setAttr(each.getName(), each.getValue());
      group.replaceAllUsesWith(call.getResults());
      group.erase();
    }
  }
};

} // namespace
