// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Collects the decisions that are attributes of a scheduled module.
#include "pith/Pipeline/Report.h"
#include "dialects/Pith/PithOps.h"
#include "pith/Target/Target.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using llvm::json::Array;
using llvm::json::Object;

/// The ONNX node names in a location, in order.
static void collectNames(Location location, llvm::SmallVectorImpl<llvm::StringRef> &names) {
  if (auto name = dyn_cast<NameLoc>(location))
    names.push_back(name.getName().getValue());
  else if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      collectNames(part, names);
  else if (auto call = dyn_cast<CallSiteLoc>(location))
    collectNames(call.getCallee(), names);
}

static std::string firstName(Location location) {
  llvm::SmallVector<llvm::StringRef> names;
  collectNames(location, names);
  return names.empty() ? "" : llvm::json::fixUTF8(names.front());
}

/// `f32`, or `u8s8` for what has two sides.
static std::string precisionOf(Operation *op) {
  auto side = [](Value value) {
    std::string name;
    llvm::raw_string_ostream os(name);
    Type type = getElementTypeOrSelf(value.getType());
    auto integer = dyn_cast<IntegerType>(type);
    if (integer)
      os << 'i' << integer.getWidth();
    else
      os << type;
    return name;
  };
  if (op->getNumOperands() == 0)
    return op->getNumResults() ? side(op->getResult(0)) : "";
  std::string left = side(op->getOperand(0));
  if (!isa<ConvOp, MatmulOp>(op))
    return left;
  std::string right = side(op->getOperand(1));
  return left == right ? left : left + right;
}

static bool isComputing(Operation &op) {
  return !isa<arith::ConstantOp, ConstantOp, func::ReturnOp, tensor::EmptyOp>(op) &&
         llvm::any_of(op.getResultTypes(), llvm::IsaPred<RankedTensorType>) &&
         op.getName().getDialectNamespace() != "bufferization";
}

/// Anchors say more than maps, and these more than movement.
static int rankOf(Operation &op) {
  return isa<MapOp>(op) ? 1 : isa<PithDialect>(op.getDialect()) ? 2 : 0;
}

/// The operator that the row was chosen for, and all others of the kernel.
struct KernelBody {
  Operation *anchor = nullptr;
  Array operators;
};

static KernelBody readBody(func::FuncOp kernel) {
  KernelBody body;
  for (Operation &op : kernel.getOps()) {
    if (!isComputing(op))
      continue;
    body.operators.push_back(op.getName().stripDialect());
    if (!body.anchor || rankOf(op) > rankOf(*body.anchor))
      body.anchor = &op;
  }
  return body;
}

static llvm::StringRef exactnessOf(ModuleOp module, llvm::StringRef row) {
  auto attribute = module->getAttrOfType<TargetAttr>("pith.target");
  const Target *target = attribute ? TargetRegistry::global().lookup(attribute.getName()) : nullptr;
  if (target)
    for (const KernelRow &known : target->kernels())
      if (known.name == row)
        return known.exact ? "exact" : "not exact";
  return "unknown";
}

static Object describeCall(CallOp call, func::FuncOp kernel) {
  auto chosen = kernel->getAttrOfType<KernelAttr>("pith.kernel");
  auto items = kernel->getAttrOfType<IntegerAttr>("pith.items");
  KernelBody body = readBody(kernel);
  Array reasons;
  if (chosen)
    for (StringAttr reason : chosen.getRejected())
      reasons.push_back(llvm::json::fixUTF8(reason.getValue()));
  int64_t bytes = 0;
  for (Value output : call.getOutputs())
    bytes += storageBytes(cast<ShapedType>(output.getType()));
  return Object{{"name", firstName(call.getLoc())},
                {"op", body.anchor ? body.anchor->getName().stripDialect() : llvm::StringRef()},
                {"precision", body.anchor ? precisionOf(body.anchor) : ""},
                {"kernel", chosen ? chosen.getRow() : llvm::StringRef()},
                {"exactness", exactnessOf(call->getParentOfType<ModuleOp>(),
                                          chosen ? chosen.getRow() : llvm::StringRef())},
                {"why_not", std::move(reasons)},
                {"fused", std::move(body.operators)},
                {"cost", chosen ? chosen.getCost() : 0},
                {"items", items ? items.getInt() : 0},
                {"output_bytes", bytes}};
}

/// Quantize and dequantize operators that no other operator absorbed.
static void addSurvivingQdq(CallOp call, func::FuncOp kernel, Array &list) {
  kernel.walk([&](Operation *op) {
    if (isa<QuantizeOp, DequantizeOp>(op))
      list.push_back(Object{{"name", firstName(call.getLoc())},
                            {"op", op->getName().stripDialect()},
                            {"reason", "runs as written, in f32"}});
  });
}

static int64_t integer(Operation *op, llvm::StringRef name) {
  auto attribute = op->getAttrOfType<IntegerAttr>(name);
  return attribute ? attribute.getInt() : 0;
}

Object pith::makeReport(ModuleOp scheduled) {
  Array nodes, surviving, memory;
  SymbolTable symbols(scheduled);
  scheduled.walk([&](Operation *op) {
    if (auto call = dyn_cast<CallOp>(op)) {
      if (auto kernel = symbols.lookup<func::FuncOp>(call.getCallee())) {
        nodes.push_back(describeCall(call, kernel));
        addSurvivingQdq(call, kernel, surviving);
      }
    } else if (auto alloc = dyn_cast<memref::AllocOp>(op)) {
      memory.push_back(Object{{"name", firstName(alloc.getLoc())},
                              {"offset", integer(alloc, "pith.offset")},
                              {"bytes", storageBytes(alloc.getType())}});
    }
  });
  Object report{{"arena_bytes", integer(scheduled, "pith.arena")},
                {"arena_lower_bound", integer(scheduled, "pith.arena_lower_bound")},
                {"weight_bytes", integer(scheduled, "pith.weights")},
                {"nodes", std::move(nodes)},
                {"surviving_qdq", std::move(surviving)},
                {"memory", std::move(memory)}};
  if (auto name = scheduled->getAttrOfType<StringAttr>("pith.model"))
    report["model"] = name.getValue();
  if (auto target = scheduled->getAttrOfType<TargetAttr>("pith.target"))
    report["target"] = Object{{"name", target.getName()},
                              {"triple", target.getTriple()},
                              {"cpu", target.getCpu()},
                              {"features", target.getFeatures()}};
  return report;
}
