// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the emitter must know of a model whose function has only pointers.
#include "dialects/Pith/PithExtern.h"
#include "lib/Target/ModelFunction.h"
#include "pith/Support/NodeName.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include <map>

using namespace mlir;
using namespace pith;

int64_t pith::bytesOf(MemRefType type) {
  return type.getNumElements() * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

/// {name, type, shape, bytes, codes} of an argument of the model's function.
static FailureOr<Attribute> describeIo(func::FuncOp model, unsigned index) {
  auto io = model.getArgAttrOfType<IoAttr>(index, ioAttrName);
  auto memref = dyn_cast<MemRefType>(model.getArgument(index).getType());
  if (!io || !memref || !memref.hasStaticShape() || !memref.getLayout().isIdentity())
    return model.emitError() << "expected argument " << index
                             << " to have a static row-major memory reference and the attribute "
                             << ioAttrName;
  Builder b(model.getContext());
  NamedAttrList entries;
  entries.set("name", b.getStringAttr(io.getName()));
  entries.set("type", TypeAttr::get(io.getElementType()));
  entries.set("shape", b.getDenseI64ArrayAttr(memref.getShape()));
  entries.set("bytes", b.getI64IntegerAttr(bytesOf(memref)));
  if (Attribute codes = model.getArgAttr(index, codesAttrName))
    entries.set("codes", codes);
  return Attribute(entries.getDictionary(model.getContext()));
}

static Attribute describeLayer(CallOp call, func::FuncOp kernel, ArrayRef<KernelRow> rows) {
  Builder b(call.getContext());
  auto row = kernel->getAttrOfType<KernelAttr>(kernelAttrName);
  NamedAttrList layer;
  layer.set("name", b.getStringAttr(nodeName(call.getLoc())));
  layer.set("kernel", call.getCalleeAttr());
  layer.set("row", b.getStringAttr(row ? row.getRow() : ""));
  if (row)
    layer.set("cost", b.getI64IntegerAttr(row.getCost()));
  if (row && row.getNext()) {
    layer.set("next", row.getNext());
    layer.set("next_cost", b.getI64IntegerAttr(row.getNextCost()));
  }
  for (const KernelRow &each : rows)
    if (row && each.name == row.getRow())
      layer.set("exact", b.getBoolAttr(each.exact != Exactness::No));
  layer.set("items", kernel->getAttr(itemsAttrName));
  if (auto description = kernel->getAttrOfType<DictionaryAttr>(descriptionAttrName))
    for (StringRef key :
         {"op", "precision", "exactness", "forms", "surviving", "products", "operations", "bytes"})
      if (Attribute value = description.get(key))
        layer.set(key, value);
  if (Attribute function = kernel->getAttr(externAttrName))
    layer.set("extern", function);
  if (Attribute fallback = call->getAttr(fallbackAttrName))
    layer.set("fallback", fallback);
  Value output = call.getOutputs().front();
  auto alloc = output.getDefiningOp<memref::AllocOp>();
  if (Attribute offset = alloc ? alloc->getAttr(offsetAttrName) : Attribute()) {
    layer.set("out_offset", offset);
    layer.set("out_bytes", b.getI64IntegerAttr(bytesOf(cast<MemRefType>(output.getType()))));
  }
  return layer.getDictionary(call.getContext());
}

LogicalResult pith::describeModel(ModuleOp module, func::FuncOp model) {
  Builder b(module.getContext());
  auto results = model->getAttrOfType<IntegerAttr>("pith.results");
  if (!results || results.getInt() < 0 || results.getInt() > model.getNumArguments())
    return model.emitError("expected the number of results in the attribute pith.results");
  unsigned inputs = model.getNumArguments() - results.getInt();
  SmallVector<Attribute> in, out, layers, weights;
  for (unsigned i = 0; i < model.getNumArguments(); ++i) {
    FailureOr<Attribute> io = describeIo(model, i);
    if (failed(io))
      return failure();
    (i < inputs ? in : out).push_back(*io);
  }
  SmallVector<KernelRow> rows; // none where the module is a test without target
  if (const Target *target = findTarget(module))
    rows = rowsOf(*target);
  std::map<int64_t, Attribute> placed;
  SymbolTable symbols(module);
  WalkResult walk = model.walk([&](Operation *op) {
    if (auto constant = dyn_cast<ConstantOp>(op)) {
      if (!constant.getOffset()) {
        op->emitError("expected a place in the weights");
        return WalkResult::interrupt();
      }
      placed[*constant.getOffset()] = constant.getValue();
    }
    if (auto call = dyn_cast<CallOp>(op)) {
      auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
      if (!kernel || call.getOutputs().empty()) {
        op->emitError("expected a call of a kernel in this module, with outputs");
        return WalkResult::interrupt();
      }
      layers.push_back(describeLayer(call, kernel, rows));
    }
    return WalkResult::advance();
  });
  if (walk.wasInterrupted())
    return failure();
  for (auto &[offset, value] : placed)
    weights.push_back(b.getArrayAttr({b.getI64IntegerAttr(offset), value}));
  module->setAttr("pith.inputs", b.getArrayAttr(in));
  module->setAttr("pith.outputs", b.getArrayAttr(out));
  module->setAttr("pith.layers", b.getArrayAttr(layers));
  module->setAttr("pith.weight_table", b.getArrayAttr(weights));
  if (Attribute batch = model->getAttr(batchAttrName))
    module->setAttr(batchAttrName, batch);
  return success();
}
