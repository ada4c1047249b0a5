// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/GraphConversion.h"
#include "dialects/Pith/PithExtern.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Deduction.h"
#include "lib/Import/FoldConstants.h"
#include "lib/Import/OnnxFunctions.h"
#include "lib/Import/Ops/Custom.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

void UnsupportedNodes::add(onnx::NodeOp node, StringRef reason) {
  StringRef domain = node.getDomain().empty() ? "ai.onnx" : node.getDomain();
  isEmpty = false;
  std::string key = ("operator " + node.getOpType() + " (" + domain + ", version " +
                     Twine(node.getVersion()) + "): " + reason)
                        .str();
  Group &group = groups[key];
  if (!group.loc)
    group.loc = node.getLoc();
  constexpr int64_t shown = 8;
  if (++group.count <= shown)
    group.names += (Twine(group.count == 1 ? "" : ", ") + "'" + node.getNodeName() + "'").str();
  else if (group.count == shown + 1)
    group.names += ", ...";
}

void UnsupportedNodes::reject(onnx::NodeOp node, StringRef what, StringRef remedy) {
  isEmpty = false;
  InFlightDiagnostic error = emitError(node.getLoc()) << "node '" << node.getNodeName() << "' ("
                                                      << node.getOpType() << "): " << what;
  error.attachNote() << remedy;
}

void UnsupportedNodes::report(Location loc) const {
  if (groups.empty())
    return;
  int64_t count = 0;
  for (const auto &[key, group] : groups)
    count += group.count;
  InFlightDiagnostic error = emitError(loc) << count << (count == 1 ? " node is" : " nodes are")
                                            << " not supported; change the model or its export";
  for (const auto &[key, group] : groups)
    error.attachNote(*group.loc) << key << "; " << group.count
                                 << (group.count == 1 ? " node: " : " nodes: ") << group.names;
}

std::optional<Converted> GraphConversion::lookup(Value value) const {
  auto found = values.find(value);
  return found == values.end() ? std::nullopt : std::optional(found->second);
}

void GraphConversion::convert(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(block.without_terminator()))
    convert(op);
}

void GraphConversion::convert(Operation &op) {
  if (auto node = dyn_cast<onnx::NodeOp>(op))
    return convertNode(node);
  if (auto absent = dyn_cast<onnx::AbsentOp>(op))
    return map(absent.getResult(), {});
  auto constant = dyn_cast<onnx::ConstantOp>(op);
  if (!constant)
    return;
  // Strings and the like have no such form: nodes that need them say so.
  if (Value value = TensorBuilder{builder, constant.getLoc()}.onnxConstant(constant.getValue()))
    map(constant.getResult(), {value, getElementTypeOrSelf(constant.getType())});
}

StringRef GraphConversion::customSymbol(onnx::NodeOp node) const {
  // Which bodies of the standard are expanded is no business of the model's.
  if (!customOps || depth)
    return "";
  auto symbol = customOps.getAs<StringAttr>(customOpKey(node.getDomain(), node.getOpType()));
  return symbol ? symbol.getValue() : "";
}

/// Of a domain that is not ONNX's the user may have the operators.
static std::string noConverter(onnx::NodeOp node) {
  std::string text = "there is no converter";
  if (!node.getDomain().empty() && !node.getDomain().starts_with("ai.onnx"))
    text += ("; --custom-op=" + customOpKey(node.getDomain(), node.getOpType()) +
             "=SYMBOL has a C function of yours compute it");
  return text;
}

bool GraphConversion::isSupported(onnx::NodeOp node) const {
  return node.getNumRegions() != 0 || !customSymbol(node).empty() ||
         ConverterTable::get().find(node.getDomain(), node.getOpType(), node.getVersion());
}

/// Operators that move or convert codes of less than a byte, and float8. All
/// others would take the bytes that hold them for numbers.
static bool takesCodes(StringRef opType) {
  static const llvm::StringSet<> names = {"BitCast",
                                          "Cast",
                                          "CastLike",
                                          "Concat",
                                          "ConstantOfShape",
                                          "DepthToSpace",
                                          "DequantizeLinear",
                                          "Dropout",
                                          "Expand",
                                          "Flatten",
                                          "Gather",
                                          "GatherElements",
                                          "GatherND",
                                          "Identity",
                                          "IsInf",
                                          "IsNaN",
                                          "Pad",
                                          "QuantizeLinear",
                                          "Reshape",
                                          "Shape",
                                          "Size",
                                          "Slice",
                                          "SpaceToDepth",
                                          "Split",
                                          "Squeeze",
                                          "TensorScatter",
                                          "Tile",
                                          "Transpose",
                                          "Unsqueeze",
                                          "Where"};
  return names.contains(opType);
}

/// Whether the operand may be a sequence; else an operator would find no tensor there.
static bool takesSequence(onnx::NodeOp node, size_t operand) {
  StringRef name = node.getOpType();
  bool isCarried = node.isStandard("Loop") && operand >= 2;
  return node.getDomain().empty() &&
         (isCarried || name.starts_with("Sequence") || name == "ConcatFromSequence" ||
          name == "Identity" || name.starts_with("Optional"));
}

/// The same of an optional without an element.
static bool takesEmptyOptional(onnx::NodeOp node, size_t operand) {
  StringRef name = node.getOpType();
  bool isCarried = node.isStandard("Loop") && operand >= 2;
  return node.getDomain().empty() &&
         (isCarried || name == "Identity" || name.starts_with("Optional"));
}

namespace {
/// What the checker of ONNX's library sees to in its own domain. It does not see
/// the bodies that functions have for the operands of a node.
LogicalResult checkOperands(NodeConversion &node, const ConverterEntry &entry) {
  auto isThere = [&](unsigned index) {
    return index < node.numOperands() &&
           (node.operand(index) || node.sequence(index) || node.converted(index).isEmptyOptional);
  };
  if (std::optional<unsigned> missing = onnxMissingInput(node.node, isThere))
    return node.unsupported("expected operand " + Twine(*missing) + " to be there");
  for (unsigned index : entry.required)
    if (!node.operand(index))
      return node.unsupported("expected operand " + Twine(index) + " to be there");
  if (!entry.domain.empty() && node.numResults() == 0)
    return node.unsupported("expected at least one output");
  return success();
}

/// Remembers what a converter makes, in order.
struct NewOperations : OpBuilder::Listener {
  void notifyOperationInserted(Operation *op, OpBuilder::InsertPoint) override {
    if (op->getBlock() == block)
      made.push_back(op);
  }
  explicit NewOperations(OpBuilder &builder) : builder(builder), block(builder.getBlock()) {
    builder.setListener(this);
  }
  ~NewOperations() override { builder.setListener(nullptr); }

  OpBuilder &builder;
  Block *block;
  SmallVector<Operation *> made;
};

/// Collects the nodes of an expanded function.
struct BodyOperations : RewriterBase::Listener {
  BodyOperations(RewriterBase &rewriter, Block *block, SmallVectorImpl<Operation *> &body)
      : block(block), body(body) {
    rewriter.setListener(this);
  }
  void notifyOperationInserted(Operation *op, OpBuilder::InsertPoint) override {
    if (op->getBlock() == block)
      body.push_back(op);
  }

  Block *block;
  SmallVectorImpl<Operation *> &body;
};
} // namespace

/// Evaluates what `made` holds. The results are held by an operation meanwhile,
/// so that replacing them reaches this function.
static SmallVector<Converted> foldMade(OpBuilder &builder, Location loc, ArrayRef<Operation *> made,
                                       ArrayRef<Converted> results) {
  SmallVector<Converted> folded = llvm::to_vector(results);
  SmallVector<Value *> places;
  auto addPlaces = [&](Converted &result) {
    for (Value *value : {&result.value, &result.count})
      if (*value)
        places.push_back(value);
  };
  for (Converted &result : folded) {
    addPlaces(result);
    if (result.sequence)
      llvm::for_each(*result.sequence, addPlaces);
  }
  auto present = llvm::map_to_vector(places, [](Value *value) { return *value; });
  auto holder = UnrealizedConversionCastOp::create(builder, loc, TypeRange(), present);
  for (Operation *op : made)
    foldConstants(op);
  for (auto [place, value] : llvm::zip_equal(places, holder.getOperands()))
    *place = value;
  holder.erase();
  return folded;
}

void GraphConversion::convertNode(onnx::NodeOp node) {
  SmallVector<Converted> operands;
  for (Value input : node.getInputs()) {
    auto operand = lookup(input);
    if (!operand) { // what it depends on is reported already, or has no tensor form
      if (!isSupported(node) || !input.getDefiningOp<onnx::NodeOp>())
        unsupported.add(node, isSupported(node) ? std::string("an operand has no tensor type")
                                                : noConverter(node));
      return;
    }
    operands.push_back(*operand);
  }
  for (auto [index, operand] : llvm::enumerate(operands))
    if (operand.sequence && !takesSequence(node, index))
      return unsupported.add(node, "expected a tensor in operand " + std::to_string(index) +
                                       ", got a sequence");
  for (auto [index, operand] : llvm::enumerate(operands))
    if (operand.isEmptyOptional && !takesEmptyOptional(node, index))
      return unsupported.add(node, "expected a value in operand " + std::to_string(index) +
                                       ", got an optional without an element");
  NodeConversion conversion(node, builder, operands);
  SmallVector<Operation *> made;
  LogicalResult outcome = failure();
  if (StringRef symbol = customSymbol(node); !symbol.empty()) {
    NewOperations listener(builder);
    outcome = convertCustom(conversion, symbol);
    made = std::move(listener.made);
  } else if (node.getNumRegions() && node.getDomain().empty()) {
    outcome = convertControlFlow(conversion, operands);
  } else {
    const ConverterEntry *entry =
        ConverterTable::get().find(node.getDomain(), node.getOpType(), node.getVersion());
    if (!entry) {
      if (succeeded(stateOperand(conversion)))
        return expandFunction(node);
      return unsupported.add(node, conversion.getReason());
    }
    if (node.getNumRegions())
      return unsupported.add(node, "expected no attributes that are graphs");
    if (!takesCodes(node.getOpType()))
      for (auto [index, operand] : llvm::enumerate(operands))
        if (operand.value && (isSubByte(operand.elementType) || isFloat8(operand.elementType)))
          return unsupported.add(node, ("expected elements of 8 to 64 bits that are no float8 in "
                                        "operand " +
                                        Twine(index))
                                           .str());
    NewOperations listener(builder);
    outcome = checkOperands(conversion, *entry);
    if (succeeded(outcome))
      outcome = convertDeduced(conversion, entry->convert);
    made = std::move(listener.made);
  }
  if (failed(outcome)) {
    if (!conversion.getRemedy().empty())
      unsupported.reject(node, conversion.getReason(), conversion.getRemedy());
    else if (!conversion.getReason().empty())
      unsupported.add(node, conversion.getReason());
    return;
  }
  SmallVector<Converted> results = foldMade(builder, node.getLoc(), made, conversion.getResults());
  for (auto [old, result] : llvm::zip(node->getResults(), results))
    map(old, result);
}

LogicalResult GraphConversion::stateOperand(NodeConversion &conversion) {
  auto deduced = deduceOperand(conversion);
  if (failed(deduced) || !*deduced)
    return LogicalResult(deduced);
  auto [operand, candidates] = **deduced;
  DenseElementsAttr value = deducedValue(conversion, operand, candidates.values.front());
  OpBuilder before(conversion.node);
  auto constant = onnx::ConstantOp::create(before, conversion.loc, value, "");
  map(constant.getResult(), {conversion.onnxConstant(value), value.getElementType()});
  conversion.node.getInputsMutable()[operand].assign(constant);
  return success();
}

void GraphConversion::expandFunction(onnx::NodeOp node) {
  // The standard's bodies nest a few levels; more would be a circle.
  constexpr int64_t maxDepth = 16;
  Block *block = node->getBlock();
  SmallVector<Operation *> body;
  {
    IRRewriter rewriter(node);
    BodyOperations listener(rewriter, block, body);
    FailureOr<bool> isExpanded = depth < maxDepth ? expandOnnxFunction(node, rewriter) : false;
    if (failed(isExpanded) || !*isExpanded) {
      unsupported.add(node, succeeded(isExpanded) ? noConverter(node)
                                                  : "its function body cannot be expanded");
      return;
    }
  }
  llvm::sort(body, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  ++depth;
  for (Operation *op : body)
    convert(*op);
  --depth;
}
