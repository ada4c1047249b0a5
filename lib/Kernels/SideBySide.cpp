// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/SideBySide.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace pith;

Value pith::sideBySide(OpBuilder &b, Location loc, ArrayRef<Value> vectors) {
  if (vectors.size() == 1)
    return vectors.front();
  auto one = cast<VectorType>(vectors.front().getType());
  auto all = VectorType::get(one.getNumElements() * int64_t(vectors.size()), one.getElementType());
  Value result = arith::ConstantOp::create(b, loc, b.getZeroAttr(all));
  for (auto [i, vector] : llvm::enumerate(vectors))
    result = vector::InsertStridedSliceOp::create(
        b, loc, vector, result, ArrayRef<int64_t>(int64_t(i) * one.getNumElements()),
        ArrayRef<int64_t>(1));
  return result;
}

/// Its lanes; 0: it is no vector of one dimension with a known number of them.
static int64_t lanesOf(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector && vector.getRank() == 1 && !vector.isScalable() ? vector.getNumElements() : 0;
}

/// Whether the operation has the same meaning on wider vectors.
static bool widens(Operation *op) {
  if (op->getNumResults() != 1 || op->getNumRegions() != 0 ||
      !OpTrait::hasElementwiseMappableTraits(op))
    return false;
  int64_t lanes = lanesOf(op->getResult(0).getType());
  return lanes &&
         llvm::all_of(op->getOperandTypes(), [&](Type type) { return lanesOf(type) == lanes; });
}

/// What all lanes of a constant are; null: it is none.
static Attribute numberOf(Value vector) {
  DenseElementsAttr all;
  if (matchPattern(vector, m_Constant(&all)) && all.isSplat())
    return all.getSplatValue<Attribute>();
  auto spread = vector.getDefiningOp<vector::BroadcastOp>();
  Attribute one;
  bool isConstant = spread && !isa<VectorType>(spread.getSourceType()) &&
                    matchPattern(spread.getSource(), m_Constant(&one));
  return isConstant ? one : Attribute();
}

static bool isSame(Operation *a, Operation *b) {
  return a->getName() == b->getName() && a->getResultTypes() == b->getResultTypes() &&
         llvm::equal(a->getOperandTypes(), b->getOperandTypes()) &&
         (!widens(a) || a->getAttrDictionary() == b->getAttrDictionary());
}

namespace {
/// Knows where in a wide vector a narrow one has gone.
class Wide {
public:
  explicit Wide(unsigned parts) : parts(parts) {}

  void widen(ArrayRef<Operation *> ops) {
    OpBuilder b(ops.back());
    OperationState state(ops.front()->getLoc(), ops.front()->getName());
    for (unsigned i = 0; i < ops.front()->getNumOperands(); ++i)
      state.addOperands(
          joined(b, llvm::map_to_vector(ops, [&](Operation *op) { return op->getOperand(i); })));
    auto type = cast<VectorType>(ops.front()->getResult(0).getType());
    state.addTypes(VectorType::get(type.getNumElements() * parts, type.getElementType()));
    state.addAttributes(ops.front()->getAttrs());
    Value wide = b.create(state)->getResult(0);
    for (auto [i, op] : llvm::enumerate(ops))
      placeOf[op->getResult(0)] = {wide, unsigned(i)};
  }

  /// Lets an operation that is not joined read parts of wide vectors.
  void narrow(Operation *op) {
    OpBuilder b(op);
    for (OpOperand &operand : op->getOpOperands()) {
      auto found = placeOf.find(operand.get());
      if (found == placeOf.end())
        continue;
      auto [wide, part] = found->second;
      int64_t lanes = lanesOf(operand.get().getType());
      operand.set(vector::ExtractStridedSliceOp::create(
          b, op->getLoc(), wide, ArrayRef<int64_t>(part * lanes), ArrayRef<int64_t>(lanes),
          ArrayRef<int64_t>(1)));
    }
  }

private:
  Value joined(OpBuilder &b, ArrayRef<Value> values) {
    auto first = placeOf.find(values.front());
    if (first != placeOf.end() && llvm::all_of(llvm::enumerate(values), [&](auto each) {
          auto found = placeOf.find(each.value());
          return found != placeOf.end() && found->second.first == first->second.first &&
                 found->second.second == each.index();
        }))
      return first->second.first;
    Attribute number = numberOf(values.front());
    Location loc = values.front().getLoc();
    if (number && llvm::all_of(values, [&](Value value) { return numberOf(value) == number; })) {
      auto type = cast<VectorType>(values.front().getType());
      auto wide = VectorType::get(type.getNumElements() * parts, type.getElementType());
      return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(wide, number));
    }
    return sideBySide(b, loc, values);
  }

  unsigned parts;
  llvm::DenseMap<Value, std::pair<Value, unsigned>> placeOf;
};
} // namespace

void SideBySide::piece(ArrayRef<Value> own, llvm::function_ref<void()> write) {
  Operation *end = block->getTerminator(), *before = end->getPrevNode();
  write();
  SmallVector<Operation *> &ops = pieces.emplace_back();
  llvm::SmallPtrSet<Operation *, 32> derived;
  for (Operation *op = before ? before->getNextNode() : &block->front(); op != end;
       op = op->getNextNode())
    if (llvm::any_of(op->getOperands(), [&](Value operand) {
          return llvm::is_contained(own, operand) || derived.contains(operand.getDefiningOp());
        })) {
      derived.insert(op);
      ops.push_back(op);
    }
}

void SideBySide::join() {
  auto same = [&](ArrayRef<Operation *> piece) {
    return piece.size() == pieces.front().size() &&
           llvm::all_of(llvm::zip(piece, pieces.front()),
                        [](auto pair) { return isSame(std::get<0>(pair), std::get<1>(pair)); });
  };
  if (pieces.size() < 2 || !llvm::all_of(pieces, same))
    return;
  Wide wide(unsigned(pieces.size()));
  SmallVector<Operation *> joined;
  for (size_t at = 0; at < pieces.front().size(); ++at) {
    SmallVector<Operation *> ops =
        llvm::map_to_vector(pieces, [&](ArrayRef<Operation *> piece) { return piece[at]; });
    for (Operation *op : ops)
      op->moveBefore(block->getTerminator());
    if (widens(ops.front())) {
      wide.widen(ops);
      joined.append(ops);
      continue;
    }
    for (Operation *op : ops)
      wide.narrow(op);
  }
  for (Operation *op : llvm::reverse(joined))
    op->erase();
  pieces.clear();
}
