// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums up each kernel in an attribute that outlives its operators.
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Passes.h"
#include "lib/Support/PairSums.h"
#include "lib/Support/Work.h"
#include "pith/Support/NodeName.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_DESCRIBEKERNELS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

/// Weaker is greater.
unsigned weakness(StringRef exactness) {
  return exactness == "approximate" ? 2 : exactness == "rounding" ? 1 : 0;
}

/// Which operator a kernel is for: quantization serves maps, and all serve anchors.
unsigned rankOf(Operation &op) {
  switch (classify(&op)) {
  case OpClass::Anchor:
    return 3;
  case OpClass::Map:
    return isa<QuantizeOp, DequantizeOp, RequantizeOp>(op) ? 1 : 2;
  default:
    return 0;
  }
}

std::string typeName(Type type, std::optional<bool> isSigned) {
  std::string name;
  llvm::raw_string_ostream os(name);
  type = getElementTypeOrSelf(type);
  if (auto integer = dyn_cast<IntegerType>(type))
    os << (!isSigned ? 'i' : *isSigned ? 's' : 'u') << integer.getWidth();
  else
    os << type;
  return name;
}

/// What a kernel reads and writes, once.
int64_t bytesOf(func::FuncOp kernel) {
  int64_t bytes = 0;
  for (Type type : kernel.getArgumentTypes())
    if (auto memref = dyn_cast<MemRefType>(type); memref && memref.hasStaticShape())
      bytes += storageBytes(memref);
  return bytes;
}

/// Whether `value` is read from packed bytes, or decoded from such.
bool isPacked(Value value) {
  Operation *op = value.getDefiningOp();
  while (isa_and_nonnull<DequantizeOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    op = op->getOperand(0).getDefiningOp();
  auto from = dyn_cast_or_null<FromLayoutOp>(op);
  return from && from.getLayout().getBits();
}

/// `u8s8`, or once what both sides are of the floats; with `s4` where the right one
/// is packed.
std::string pair(Value left, bool leftSigned, Value right, bool rightSigned) {
  std::string first = typeName(left.getType(), leftSigned);
  if (isPacked(right))
    return first + "s4";
  return isa<FloatType>(getElementTypeOrSelf(left.getType()))
             ? first
             : first + typeName(right.getType(), rightSigned);
}

std::string precisionOf(Operation *op) {
  if (auto conv = dyn_cast<ConvOp>(op))
    return pair(conv.getInput(), conv.getInputSigned(), conv.getFilter(), conv.getFilterSigned());
  if (auto matmul = dyn_cast<MatmulOp>(op))
    return pair(matmul.getLhs(), matmul.getLhsSigned(), matmul.getRhs(), matmul.getRhsSigned());
  if (auto quantize = dyn_cast<QuantizeOp>(op))
    return typeName(quantize.getType(), quantize.getIsSigned());
  if (auto requantize = dyn_cast<RequantizeOp>(op))
    return typeName(requantize.getType(), requantize.getIsSigned());
  if (auto dequantize = dyn_cast<DequantizeOp>(op))
    return typeName(dequantize.getInput().getType(), dequantize.getIsSigned());
  if (auto dynamic = dyn_cast<DynamicQuantizeOp>(op))
    return typeName(dynamic.getCodes().getType(), false);
  if (auto unpack = dyn_cast<UnpackOp>(op))
    return (unpack.getIsSigned() ? "s" : "u") + std::to_string(unpack.getWidth());
  if (auto pool = dyn_cast<PoolOp>(op))
    return typeName(pool.getInput().getType(), pool.getIsSigned());
  std::optional<bool> isSigned;
  if (auto reduce = dyn_cast<ReduceOp>(op))
    if (reduce.getAccumulator() || reduce.getKind() == ReduceKind::Max ||
        reduce.getKind() == ReduceKind::Min)
      isSigned = reduce.getIsSigned();
  Value value = op->getNumOperands() ? op->getOperand(0) : op->getResult(0);
  bool isByte = getElementTypeOrSelf(value.getType()).isInteger(8);
  if (auto codes = op->getAttrOfType<CodesAttr>(codesAttrName); codes && isByte)
    isSigned = codes.getIsSigned();
  return typeName(value.getType(), isSigned);
}

/// "pair_sums 0/6/11/79%, wide 4%": windows of a proved sum in blocks of one to four,
/// and those that are computed exactly.
std::string pairSumsForm(DictionaryAttr proof) {
  auto blocks = proof.getAs<DenseI64ArrayAttr>("blocks");
  auto wide = proof.getAs<IntegerAttr>("wide");
  int64_t all = wide ? wide.getInt() : 0;
  for (int64_t windows : blocks ? blocks.asArrayRef() : ArrayRef<int64_t>())
    all += windows;
  if (!blocks || !wide || !all)
    return "";
  std::string text = "pair_sums ";
  for (auto [i, windows] : llvm::enumerate(blocks.asArrayRef()))
    text += (i ? "/" : "") + std::to_string((100 * windows + all / 2) / all);
  return text + "%, wide " + std::to_string((100 * wide.getInt() + all / 2) / all) + "%";
}

class Description {
public:
  /// `shared`: several nodes call the kernel, so that only the call knows the name.
  Description(func::FuncOp kernel, bool literal, bool shared)
      : kernel(kernel), literal(literal), shared(shared) {}

  DictionaryAttr make(ArrayRef<KernelRow> rows, const SymbolTable &symbols) {
    Builder b(kernel.getContext());
    SmallVector<func::FuncOp> parts;
    kernel.walk(
        [&](CallOp call) { parts.push_back(symbols.lookup<func::FuncOp>(call.getCallee())); });
    if (auto items = kernel->getAttrOfType<IntegerAttr>(itemsAttrName); items && !parts.empty())
      blocks = items.getInt();
    if (parts.empty())
      parts.push_back(kernel);
    for (func::FuncOp part : parts)
      addPart(part, rows);
    NamedAttrList entries;
    entries.set("op", b.getStringAttr(anchor ? anchor->getName().stripDialect() : ""));
    entries.set("precision", b.getStringAttr(anchor ? precisionOf(anchor) : ""));
    entries.set("exactness", b.getStringAttr(exactness));
    entries.set("operators", b.getArrayAttr(operators));
    entries.set("products", b.getI64IntegerAttr(products));
    entries.set("operations", b.getI64IntegerAttr(operations));
    entries.set("bytes", b.getI64IntegerAttr(bytesOf(kernel)));
    entries.set("forms", b.getArrayAttr(forms.getArrayRef()));
    if (!surviving.empty() && onlyQuantizes) {
      SmallVector<Attribute> list;
      for (Operation *op : surviving)
        list.push_back(survivor(op));
      entries.set("surviving", b.getArrayAttr(list));
    }
    return entries.getDictionary(kernel.getContext());
  }

private:
  void addPart(func::FuncOp part, ArrayRef<KernelRow> rows) {
    Builder b(part.getContext());
    for (Operation &op : part.getOps())
      add(op);
    if (auto chosen = part->getAttrOfType<KernelAttr>(kernelAttrName))
      for (const KernelRow &row : rows)
        if (row.name == chosen.getRow() && row.exact == Exactness::No)
          exactness = "approximate";
    part.walk([&](Operation *op) {
      if (auto form = op->getAttrOfType<FormAttr>("pith.form"))
        forms.insert(b.getStringAttr(form.getName()));
      if (auto family = op->getAttrOfType<StringAttr>(recognisedAttrName))
        forms.insert(b.getStringAttr("recognised " + family.getValue()));
      if (auto proof = op->getAttrOfType<DictionaryAttr>(pairSumsAttrName))
        if (std::string form = pairSumsForm(proof); !form.empty())
          forms.insert(b.getStringAttr(form));
    });
  }

  void add(Operation &op) {
    OpClass kind = classify(&op);
    if (kind == OpClass::Other)
      return;
    Builder b(op.getContext());
    products += blocks * productsOf(&op);
    operations += blocks * operationsOf(&op);
    operators.push_back(b.getStringAttr(op.getName().stripDialect()));
    // Of several alike the last one names the group.
    if (!anchor || rankOf(op) >= rankOf(*anchor))
      anchor = &op;
    if (auto rewritten = op.getAttrOfType<StringAttr>(exactnessAttrName))
      if (weakness(rewritten.getValue()) > weakness(exactness))
        exactness = rewritten.getValue();
    if (isa<QuantizeOp, DequantizeOp>(op))
      surviving.push_back(&op);
    else if (kind == OpClass::Map || kind == OpClass::Anchor)
      onlyQuantizes = false;
  }

  Attribute survivor(Operation *op) {
    Builder b(op->getContext());
    auto reason = op->getAttrOfType<StringAttr>(reasonAttrName);
    if (!reason)
      reason = b.getStringAttr(literal ? "--qdq=literal runs it as the file has it"
                                       : "runs as the file has it");
    NamedAttrList entries;
    entries.set("op", b.getStringAttr(op->getName().stripDialect()));
    entries.set("reason", reason);
    if (surviving.size() > 1 && !shared)
      entries.set("name", b.getStringAttr(nodeName(op->getLoc())));
    return entries.getDictionary(op->getContext());
  }

  func::FuncOp kernel;
  bool literal, shared;
  Operation *anchor = nullptr;
  StringRef exactness = "exact";
  int64_t products = 0, operations = 0;
  int64_t blocks = 1; ///< for each of which the operators run
  bool onlyQuantizes = true;
  SmallVector<Attribute> operators;
  SmallVector<Operation *> surviving;
  llvm::SetVector<Attribute> forms;
};

struct DescribeKernels : pith::impl::DescribeKernelsBase<DescribeKernels> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    const Target *target = findTarget(module);
    auto options = module->getAttrOfType<DictionaryAttr>("pith.options");
    auto qdq = options ? options.getAs<StringAttr>("qdq") : StringAttr();
    bool literal = qdq && qdq.getValue() == "literal";
    SmallVector<KernelRow> rows = target ? rowsOf(*target) : SmallVector<KernelRow>();
    llvm::StringMap<unsigned> calls;
    module.walk([&](CallOp call) { ++calls[call.getCallee()]; });
    SymbolTable symbols(module);
    for (auto kernel : module.getOps<func::FuncOp>()) {
      if (!kernel->hasAttr(kernelAttrName))
        continue;
      bool shared = calls.lookup(kernel.getSymName()) > 1;
      kernel->setAttr(descriptionAttrName,
                      Description(kernel, literal, shared).make(rows, symbols));
    }
  }
};

} // namespace
