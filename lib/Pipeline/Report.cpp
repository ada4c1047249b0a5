// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Collects the decisions that are attributes of a scheduled module.
#include "pith/Pipeline/Report.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Pipeline/ReportSparsity.h"
#include "pith/Support/NodeName.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include <map>

using namespace mlir;
using namespace pith;
using llvm::json::Array;
using llvm::json::Object;

static std::string firstName(Location location) { return llvm::json::fixUTF8(nodeName(location)); }

static llvm::StringRef text(DictionaryAttr from, llvm::StringRef key) {
  auto value = from ? from.getAs<StringAttr>(key) : StringAttr();
  return value ? value.getValue() : llvm::StringRef();
}

static Array texts(DictionaryAttr from, llvm::StringRef key) {
  Array list;
  if (auto values = from ? from.getAs<ArrayAttr>(key) : ArrayAttr())
    for (auto value : values.getAsRange<StringAttr>())
      list.push_back(llvm::json::fixUTF8(value.getValue()));
  return list;
}

static Object describeCall(CallOp call, func::FuncOp kernel) {
  auto chosen = kernel->getAttrOfType<KernelAttr>(kernelAttrName);
  auto items = kernel->getAttrOfType<IntegerAttr>(itemsAttrName);
  auto description = kernel->getAttrOfType<DictionaryAttr>(descriptionAttrName);
  Array reasons;
  if (chosen)
    for (StringAttr reason : chosen.getRejected())
      reasons.push_back(llvm::json::fixUTF8(reason.getValue()));
  auto number = [&](llvm::StringRef key) {
    auto value = description ? description.getAs<IntegerAttr>(key) : IntegerAttr();
    return value ? value.getInt() : 0;
  };
  Array tile;
  if (chosen)
    for (int64_t size : chosen.getTile())
      tile.push_back(size);
  int64_t bytes = 0;
  for (Value output : call.getOutputs())
    bytes += storageBytes(cast<ShapedType>(output.getType()));
  Object node{{"name", firstName(call.getLoc())},
              {"op", text(description, "op")},
              {"precision", text(description, "precision")},
              {"kernel", chosen ? chosen.getRow() : llvm::StringRef()},
              {"function", call.getCallee()},
              {"tile", std::move(tile)},
              {"exactness", text(description, "exactness")},
              {"forms", texts(description, "forms")},
              {"why_not", std::move(reasons)},
              {"fused", texts(description, "operators")},
              {"cost", chosen ? chosen.getCost() : 0},
              {"products", number("products")},
              {"operations", number("operations")},
              {"bytes", number("bytes")},
              {"items", items ? items.getInt() : 0},
              {"output_bytes", bytes}};
  if (chosen && chosen.getNext()) {
    node["next"] = chosen.getNext().getValue();
    node["next_cost"] = chosen.getNextCost();
  }
  if (auto sparsity = call->getAttrOfType<SparsityAttr>(sparsityAttrName))
    node["sparsity"] = describeSparsity(sparsity, ("pith." + text(description, "op")).str());
  if (auto fallback = call->getAttrOfType<StringAttr>(fallbackAttrName))
    node["fallback"] = fallback.getValue();
  return node;
}

/// Quantize and dequantize operators that run as a step of their own.
static void addSurvivingQdq(CallOp call, func::FuncOp kernel, Array &list) {
  auto description = kernel->getAttrOfType<DictionaryAttr>(descriptionAttrName);
  auto surviving = description ? description.getAs<ArrayAttr>("surviving") : ArrayAttr();
  if (!surviving)
    return;
  for (auto op : surviving.getAsRange<DictionaryAttr>()) {
    llvm::StringRef name = text(op, "name");
    list.push_back(
        Object{{"name", name.empty() ? firstName(call.getLoc()) : llvm::json::fixUTF8(name)},
               {"op", text(op, "op")},
               {"reason", llvm::json::fixUTF8(text(op, "reason"))}});
  }
}

llvm::StringRef pith::kindOf(const Object &node) {
  llvm::StringRef op = node.getString("op").value_or("");
  llvm::StringRef precision = node.getString("precision").value_or("");
  if (llvm::is_contained(
          {"transpose", "pad", "concat", "expand_shape", "collapse_shape", "extract_slice"}, op))
    return "movement";
  if (llvm::is_contained({"quantize", "dequantize", "requantize", "dynamic_quantize"}, op))
    return "quantization";
  // i8, u8s8 against f32, bf16
  return precision.starts_with("f") || precision.starts_with("b") ? "float" : "integer";
}

Object pith::summarize(const Array &nodes) {
  std::map<llvm::StringRef, int64_t> counts = {
      {"integer", 0}, {"float", 0}, {"movement", 0}, {"quantization", 0}};
  for (const llvm::json::Value &value : nodes)
    if (const Object *node = value.getAsObject())
      ++counts[kindOf(*node)];
  Object summary;
  for (auto [kind, count] : counts)
    summary[kind] = count;
  return summary;
}

static int64_t integer(Operation *op, llvm::StringRef name) {
  auto attribute = op->getAttrOfType<IntegerAttr>(name);
  return attribute ? attribute.getInt() : 0;
}

static Object describeProgram(ModuleOp scheduled) {
  Array nodes, surviving, memory;
  SymbolTable symbols(scheduled);
  scheduled.walk([&](Operation *op) {
    if (auto call = dyn_cast<CallOp>(op)) {
      // What a kernel calls is a part of its layer.
      if (call->getParentOfType<func::FuncOp>()->hasAttr(kernelAttrName))
        return;
      if (auto kernel = symbols.lookup<func::FuncOp>(call.getCallee())) {
        nodes.push_back(describeCall(call, kernel));
        addSurvivingQdq(call, kernel, surviving);
      }
    } else if (auto alloc = dyn_cast<memref::AllocOp>(op);
               alloc && !alloc.getType().getMemorySpace()) {
      memory.push_back(Object{{"name", firstName(alloc.getLoc())},
                              {"offset", integer(alloc, "pith.offset")},
                              {"bytes", storageBytes(alloc.getType())}});
    }
  });
  Object summary = summarize(nodes);
  Object report{{"summary", std::move(summary)},
                {"arena_bytes", integer(scheduled, "pith.arena")},
                {"arena_lower_bound", integer(scheduled, "pith.arena_lower_bound")},
                {"weight_bytes", integer(scheduled, "pith.weights")},
                {"nodes", std::move(nodes)},
                {"surviving_qdq", std::move(surviving)},
                {"memory", std::move(memory)}};
  if (auto spaces = scheduled->getAttrOfType<ArrayAttr>(spacesAttrName)) {
    Array list;
    for (auto space : spaces.getAsRange<DictionaryAttr>())
      list.push_back(Object{{"name", text(space, "name")},
                            {"bytes", space.getAs<IntegerAttr>("bytes").getInt()},
                            {"capacity", space.getAs<IntegerAttr>("capacity").getInt()}});
    report["memory_spaces"] = std::move(list);
  }
  if (auto target = scheduled->getAttrOfType<TargetAttr>("pith.target"))
    report["target"] = Object{{"name", target.getName()},
                              {"triple", target.getMachine().getTriple()},
                              {"cpu", target.getMachine().getCpu()},
                              {"features", target.getMachine().getFeatures()}};
  return report;
}

/// Of several programs each is described like one, and the first in the whole's
/// place, but for the arena, which is enough for each.
static Object describe(ModuleOp scheduled) {
  Array programs;
  int64_t arena = 0;
  for (ModuleOp program : scheduled.getOps<ModuleOp>()) {
    Object entry = describe(program);
    entry["name"] = program.getName().value_or("");
    arena = std::max(arena, entry.getInteger("arena_bytes").value_or(0));
    programs.push_back(std::move(entry));
  }
  if (programs.empty())
    return describeProgram(scheduled);
  Object report = *programs[0].getAsObject();
  report.erase("name");
  report["arena_bytes"] = arena;
  report[scheduled->hasAttr(shapesAttrName) ? "shapes" : "variants"] = std::move(programs);
  return report;
}

Object pith::makeReport(ModuleOp scheduled) {
  Object report = describe(scheduled);
  if (auto name = scheduled->getAttrOfType<StringAttr>("pith.model"))
    report["model"] = name.getValue();
  return report;
}
