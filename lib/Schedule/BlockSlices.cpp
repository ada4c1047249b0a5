// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Schedule/BlockSlices.h"
#include "lib/Schedule/JoinedGroups.h"
#include "lib/Schedule/OpClass.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace pith;

static RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

static bool isOneNumber(Value value) { return tensorOf(value).getNumElements() == 1; }

static bool isWhole(ArrayRef<int64_t> slice) {
  return llvm::all_of(slice, [](int64_t dim) { return dim == uncut; });
}

bool BlockSlices::demand(Value value, ArrayRef<int64_t> slice) {
  RankedTensorType type = tensorOf(value);
  if (type.getRank() != int64_t(slice.size()))
    return false;
  Slice cut;
  for (auto [size, dim] : llvm::zip_equal(type.getShape(), slice)) {
    // Of one element there is no part.
    cut.push_back(size == 1 ? uncut : dim);
    if (cut.back() != uncut && size != sizes[cut.back()])
      return false;
  }
  return slices.try_emplace(value, cut).first->second == cut;
}

bool BlockSlices::demandThroughView(Value source, Value view) {
  SmallVector<std::pair<int64_t, int64_t>> seen; // size and slice of what is not one
  for (auto [size, dim] : llvm::zip_equal(tensorOf(view).getShape(), slices.lookup(view)))
    if (size != 1)
      seen.emplace_back(size, dim);
  Slice slice;
  ArrayRef left(seen);
  for (int64_t size : tensorOf(source).getShape()) {
    if (size == 1) {
      slice.push_back(uncut);
      continue;
    }
    if (left.empty() || left.front().first != size)
      return false;
    slice.push_back(left.front().second);
    left = left.drop_front();
  }
  return left.empty() && demand(source, slice);
}

bool BlockSlices::demandInputs(GroupOp group) {
  Block &body = group.getBody().front();
  auto yield = cast<YieldOp>(body.getTerminator());
  if (group.getNumResults() != 1 || !slices.contains(group.getResult(0)) ||
      !demand(yield.getValues()[0], slices.lookup(group.getResult(0))))
    return false;
  for (Operation &op : llvm::reverse(body.without_terminator()))
    if (!demandOperands(op))
      return false;
  return llvm::all_of(llvm::zip_equal(body.getArguments(), group.getInputs()), [&](auto each) {
    auto [argument, input] = each;
    return slices.contains(argument) && demand(input, slices.lookup(argument));
  });
}

bool BlockSlices::demandOperands(Operation &op) {
  if (op.getNumResults() != 1 || !slices.contains(op.getResult(0)) ||
      !isa<RankedTensorType>(op.getResult(0).getType()))
    return false;
  Slice result = slices.lookup(op.getResult(0));
  auto whole = [&](Value value) { return demand(value, Slice(tensorOf(value).getRank(), uncut)); };
  // What a region reads besides the operands is read wherever it wants.
  llvm::SetVector<Value> values = valuesOf(&op);
  if (llvm::any_of(values, [&](Value value) {
        return isa<TensorType>(value.getType()) && !llvm::is_contained(op.getOperands(), value);
      }))
    return false;
  if (isWhole(result))
    return llvm::all_of(op.getOperands(), whole);
  auto samePlace = [&](Value value) {
    return tensorOf(value).getRank() <= int64_t(result.size()) &&
           demand(value, ArrayRef(result).take_back(tensorOf(value).getRank()));
  };
  return llvm::TypeSwitch<Operation *, bool>(&op)
      .Case<MapOp, RequantizeOp>([&](auto) { return llvm::all_of(op.getOperands(), samePlace); })
      .Case<QuantizeOp, DequantizeOp>([&](auto) {
        return samePlace(op.getOperand(0)) &&
               llvm::all_of(llvm::drop_begin(op.getOperands()),
                            [&](Value each) { return isOneNumber(each) && whole(each); });
      })
      .Case([&](SoftmaxOp softmax) {
        return llvm::all_of(softmax.getDims(), [&](int64_t dim) { return result[dim] == uncut; }) &&
               samePlace(softmax.getInput());
      })
      .Case([&](ReduceOp reduce) {
        Slice input;
        ArrayRef<int64_t> left(result);
        for (int64_t dim = 0; dim < tensorOf(reduce.getInput()).getRank(); ++dim) {
          bool reduced = llvm::is_contained(reduce.getDims(), dim);
          input.push_back(reduced ? uncut : left.front());
          left = left.drop_front(!reduced || reduce.getKeepDims() ? 1 : 0);
        }
        return demand(reduce.getInput(), input) &&
               (!reduce.getZeroPoint() || whole(reduce.getZeroPoint()));
      })
      .Case([&](MatmulOp product) {
        if (product.getTransposeLhs() || product.getTransposeRhs() || result.back() != uncut)
          return false;
        Slice right(result);
        right[right.size() - 2] = uncut;
        return demand(product.getLhs(), result) && demand(product.getRhs(), right) &&
               llvm::all_of(llvm::drop_begin(op.getOperands(), 2), [&](Value each) {
                 return (each == product.getBias() || isOneNumber(each)) && whole(each);
               });
      })
      .Case([&](linalg::TransposeOp transpose) {
        Slice input(result.size());
        for (auto [to, from] : llvm::enumerate(transpose.getPermutation()))
          input[from] = result[to];
        return demand(transpose.getInput(), input) && demand(transpose.getInit(), result);
      })
      .Case([&](tensor::EmptyOp) { return true; })
      .Case([&](FromLayoutOp from) {
        // The dimensions that are cut come first, as they are.
        LayoutAttr layout = from.getLayout();
        if (layout.getBits())
          return false;
        ArrayRef<int64_t> shape = tensorOf(from.getResult()).getShape();
        Slice input(tensorOf(from.getInput()).getRank(), uncut);
        for (auto [i, dim] : llvm::enumerate(result)) {
          bool kept = layout.getLow()[i] == 0 && layout.getHigh()[i] == 0 &&
                      (layout.onlyPads() ||
                       (layout.getShape()[i] == shape[i] && layout.getOrder()[i] == int64_t(i)));
          if (dim != uncut && !kept)
            return false;
          if (dim != uncut)
            input[i] = dim;
          else if (!kept && !isWhole(ArrayRef(result).drop_front(i)))
            return false;
        }
        return demand(from.getInput(), input);
      })
      .Default(false);
}

bool BlockSlices::isUncut(Value value) const { return isWhole(slices.lookup(value)); }

bool BlockSlices::isCutInAll(Value value) const {
  Slice slice = slices.lookup(value);
  return llvm::all_of(llvm::enumerate(sizes), [&](auto dim) {
    return dim.value() == 1 || llvm::is_contained(slice, int64_t(dim.index()));
  });
}

RankedTensorType BlockSlices::typeOf(Value value) const {
  RankedTensorType type = tensorOf(value);
  SmallVector<int64_t> shape(type.getShape());
  for (auto [size, dim] : llvm::zip_equal(shape, slices.lookup(value)))
    if (dim != uncut)
      size = block[dim];
  return type.clone(shape);
}

int64_t BlockSlices::bytesOf(Value value) const {
  RankedTensorType type = typeOf(value);
  return type.getNumElements() * int64_t(llvm::divideCeil(type.getElementTypeBitWidth(), 8));
}

bool BlockSlices::isContiguous(Value value) const {
  ArrayRef<int64_t> all = tensorOf(value).getShape();
  RankedTensorType part = typeOf(value);
  bool cut = false;
  for (int64_t i = part.getRank() - 1; i >= 0; --i) {
    if (cut && part.getDimSize(i) != 1)
      return false;
    cut |= part.getDimSize(i) != all[i];
  }
  return true;
}

LayoutAttr BlockSlices::cutLayout(FromLayoutOp op) const {
  LayoutAttr layout = op.getLayout();
  if (layout.onlyPads())
    return layout;
  SmallVector<int64_t> shape(layout.getShape());
  for (auto [i, dim] : llvm::enumerate(slices.lookup(op.getResult())))
    if (dim != uncut)
      shape[i] = block[dim];
  return LayoutAttr::get(op.getContext(), layout.getLow(), layout.getHigh(), shape,
                         layout.getOrder());
}

GroupOp BlockSlices::cutGroup(OpBuilder &b, GroupOp group, ValueRange inputs) const {
  GroupOp cut = pith::cutGroup(b, group, inputs, [&](Value value) { return typeOf(value); });
  for (auto [op, copy] : llvm::zip_equal(group.getBody().front(), cut.getBody().front()))
    if (auto from = dyn_cast<FromLayoutOp>(op))
      cast<FromLayoutOp>(copy).setLayoutAttr(cutLayout(from));
  return cut;
}
