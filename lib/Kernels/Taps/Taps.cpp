// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The skeleton taps: a multiply-add for each tap, on vectors of channels. Codes
// are computed in f32, where their sums are exact.
#include "lib/Kernels/KernelEnds.h"
#include "lib/Kernels/Nest/Elements.h"
#include "lib/Kernels/Taps/TapsShape.h"
#include "lib/Kernels/Unrolling.h"
#include "pith/Target/Kernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace pith;
using namespace pith::taps;
using nest::Index, nest::Indices, nest::Trip;

//===- decisions ----------------------------------------------------------===//

static std::string refuses(GroupOp group, const KernelRow &row, const VectorUnit &unit) {
  product::Body body = taps::readBody(group.getBody().front());
  if (!body.refusal.empty())
    return body.refusal;
  Shape shape(cast<ConvOp>(body.anchor), row.atom.lanes, unit);
  if (!shape.oneGroup() && shape.lanes % shape.perGroup != 0)
    return "computes vectors of whole groups, or groups of whole vectors";
  return shape.columnsAtOnce ? "" : "has no registers for a window so large";
}

static Plan choose(GroupOp group, const KernelRow &row, const VectorUnit &unit) {
  product::Body body = taps::readBody(group.getBody().front());
  auto conv = cast<ConvOp>(body.anchor);
  Shape shape(conv, row.atom.lanes, unit);
  double vectors = double(shape.items()) * double(llvm::divideCeil(shape.channels(), shape.lanes)) *
                   double(shape.tiles());
  double atoms = double(shape.columnsAtOnce * shape.unrolledTaps());
  // Without a row of taps in one block each tap reads its pixels again.
  double pixels = double(shape.columnsAtOnce * shape.stride) +
                  double((shape.window[shape.window.size() - 2] - 1) * shape.dilation);
  double loads = shape.unrolled == 2 ? pixels * double(shape.window.back()) : atoms;
  double converts = getElementTypeOrSelf(conv.getInput().getType()).isInteger() ? 3 : 1;
  double taps =
      double(shape.loopedTaps()) * (atoms * row.cost.perAtom + loads * converts * row.cost.perLoad);
  double ends = double(shape.columnsAtOnce) * 8 * row.cost.perLoad;
  return {{unsigned(shape.columnsAtOnce), 1}, vectors * (taps + ends) + row.cost.fixed};
}

static SmallVector<LayoutAttr> layouts(GroupOp group, const KernelRow &, Tile, const VectorUnit &) {
  product::Body body = taps::readBody(group.getBody().front());
  auto conv = cast<ConvOp>(body.anchor);
  SmallVector<LayoutAttr> result(group.getInputs().size());
  auto set = [&](Value value, LayoutAttr layout) {
    if (auto argument = dyn_cast<BlockArgument>(value))
      result[argument.getArgNumber()] = layout;
  };
  SmallVector<int64_t> low{0}, high{0};
  llvm::append_range(low, conv.getLow());
  llvm::append_range(high, conv.getHigh());
  low.push_back(0);
  high.push_back(0);
  if (auto halo = LayoutAttr::get(group.getContext(), low, high); !halo.addsNothing())
    set(body.left(), halo);
  set(conv.getFilter(), weightLayout(conv));
  return result;
}

static int64_t items(GroupOp group, const KernelRow &row, Tile, const VectorUnit &unit) {
  product::Body body = taps::readBody(group.getBody().front());
  return Shape(cast<ConvOp>(body.anchor), row.atom.lanes, unit).items();
}

//===- code ---------------------------------------------------------------===//

namespace {
class Code {
public:
  /// Code goes to the end of `block`.
  Code(Block &block, product::Body &body, const Shape &shape, const VectorUnit &unit, Value result)
      : elements(&block, body.anchor->getLoc(), unit), scopes(elements.scopes), body(body),
        conv(cast<ConvOp>(body.anchor)), shape(shape), result(result) {}

  /// Of one row of the result the full vectors of channels number `group`, or without
  /// a number the channels behind the full vectors.
  void row(Value number, Value group) {
    Index item = scopes.index(number, {0, shape.items() - 1});
    Indices row = scopes.space.delinearize(item, ArrayRef(shape.result).drop_back(2));
    for (auto [index, size] : llvm::zip(row, shape.result))
      if (isa<AffineBinaryOpExpr>(index)) // divided once
        index = scopes.index(scopes.materialize(index), {0, size - 1});
    if (group)
      blocks(row, scopes.index(group, {0, shape.blocks() / shape.blocksAtOnce() - 1}));
    else
      columns(row, lanesOf(shape.channels() % shape.lanes) + shape.blocks() * shape.lanes);
  }

  StringRef refusal() const { return scopes.refusal(); }

private:
  void blocks(ArrayRef<Index> row, Index group) {
    int64_t atOnce = shape.blocksAtOnce();
    scopes.loops(scopes.trip(atOnce), {}, [&](ArrayRef<Index> block, ValueRange) {
      columns(row, (group * atOnce + block.front()) * shape.lanes +
                       scopes.space.lanes(shape.lanes, shape.lanes));
      return SmallVector<Value>();
    });
  }

  /// Lanes for so many elements; one lane would be no vector.
  Index lanesOf(int64_t active) {
    return scopes.space.lanes(std::max<unsigned>(llvm::PowerOf2Ceil(active), 2), active);
  }

  void columns(ArrayRef<Index> row, Index channel) {
    int64_t atOnce = shape.columnsFor(scopes.space.lanesOf(channel)->active);
    int64_t tiles = llvm::divideCeil(shape.columns(), atOnce);
    scopes.loops(scopes.trip(tiles), {}, [&](ArrayRef<Index> number, ValueRange) {
      // The last tile may overlap the one before it.
      int64_t last = shape.columns() - atOnce;
      Index first = number.front() * atOnce;
      if (scopes.space.range(first).high > last) {
        Value least = arith::MinUIOp::create(scopes.builder, scopes.loc, scopes.materialize(first),
                                             scopes.constantIndex(last));
        first = scopes.index(least, {0, last});
      }
      tile(row, first, atOnce, channel);
      return SmallVector<Value>();
    });
  }

  void tile(ArrayRef<Index> row, Index first, int64_t columns, Index channel) {
    floats = VectorType::get(scopes.space.lanesOf(channel)->width, scopes.builder.getF32Type());
    Value zero =
        arith::ConstantOp::create(scopes.builder, scopes.loc, scopes.builder.getZeroAttr(floats));
    SmallVector<Value> sums(columns, zero);
    SmallVector<Trip> loops;
    for (int64_t taps : ArrayRef(shape.window).drop_back(shape.unrolled))
      loops.push_back(scopes.trip(taps));
    // Together with the number of columns, what is unrolled was chosen by registers.
    Operation *outside = scopes.builder.getInsertionBlock()->getParentOp();
    sums = scopes.loops(loops, sums, [&](ArrayRef<Index> taps, ValueRange carried) {
      for (Operation *op = scopes.builder.getInsertionBlock()->getParentOp(); op != outside;
           op = op->getParentOp())
        keepRolled(cast<scf::ForOp>(op));
      return step(row, first, channel, Indices(taps), SmallVector<Value>(carried));
    });
    for (auto [i, sum] : llvm::enumerate(sums)) {
      Indices at(row);
      at.push_back(first + int64_t(i));
      at.push_back(channel);
      elements.bind(conv.getResult(), [&](ArrayRef<Index>) { return withBias(sum, channel); });
      elements.store(elements.vectorAt(body.stored, at), result, at);
    }
  }

  /// Adds the products of the unrolled taps, those of a column of the image after
  /// those of the one before it. `taps` are the others.
  SmallVector<Value> step(ArrayRef<Index> row, Index first, Index channel, Indices taps,
                          SmallVector<Value> sums) {
    int64_t tapColumns = shape.unrolled == 2 ? shape.window[shape.window.size() - 2] : 1;
    int64_t inputs = shape.unrolled ? shape.window.back() : 1;
    Index tapChannel = shape.unrolled ? scopes.space.constant(0) : taps.pop_back_val();
    Index tapColumn = shape.unrolled == 2 ? scopes.space.constant(0) : taps.pop_back_val();
    SmallVector<Value> weights;
    for (int64_t kx = 0; kx < tapColumns; ++kx)
      for (int64_t c = 0; c < inputs; ++c) {
        Indices at{channel};
        at.append(taps);
        at.push_back(tapColumn + kx);
        at.push_back(tapChannel + c);
        weights.push_back(number(elements.at(conv.getFilter(), at), /*isSigned=*/true));
      }
    Indices place{row.front()};
    for (auto [i, tap] : llvm::enumerate(taps))
      place.push_back(row[1 + i] * conv.getStrides()[i] + tap * conv.getDilations()[i]);
    Index column = first * shape.stride + tapColumn * shape.dilation;
    int64_t columns = int64_t(sums.size());
    int64_t read = (columns - 1) * shape.stride + (tapColumns - 1) * shape.dilation + 1;
    for (int64_t x = 0; x < read; ++x) {
      SmallVector<std::pair<int64_t, int64_t>> uses; // sum, column of taps
      for (int64_t kx = tapColumns - 1; kx >= 0; --kx) {
        int64_t at = x - kx * shape.dilation;
        if (at >= 0 && at % shape.stride == 0 && at / shape.stride < columns)
          uses.push_back({at / shape.stride, kx});
      }
      Indices at(place);
      at.push_back(column + x);
      for (int64_t c = 0; c < inputs && !uses.empty(); ++c) {
        Value pixel = channelsOf(at, channel, tapChannel + c);
        for (auto [sum, kx] : uses)
          sums[sum] = multiplyAdd(pixel, weights[kx * inputs + c], sums[sum]);
      }
    }
    return sums;
  }

  /// Of the pixel at `at` the channel number `each` of the group of each lane.
  Value channelsOf(Indices at, Index channel, Index each) {
    const nest::Lanes *lanes = scopes.space.lanesOf(channel);
    Index first = scopes.space.atLane(channel, *lanes, 0);
    int64_t inputs = shape.window.back();
    Index group = scopes.space.divide(first, shape.perGroup) * inputs;
    if (shape.oneGroup()) {
      at.push_back(group + each);
      return number(elements.at(conv.getInput(), at), /*isSigned=*/false);
    }
    int64_t groups = llvm::divideCeil(lanes->active, shape.perGroup) * inputs;
    Indices key(at);
    key.push_back(group);
    Value all = scopes.memoize(conv.getOperation(), 1, key, [&] {
      at.push_back(group + lanesOf(groups));
      return number(elements.at(conv.getInput(), at), /*isSigned=*/false);
    });
    if (shape.perGroup == 1 && inputs == 1)
      return all;
    SmallVector<int64_t> places;
    for (int64_t lane = 0; lane < lanes->width; ++lane)
      places.push_back(std::min<int64_t>(lane, lanes->active - 1) / shape.perGroup * inputs +
                       cast<AffineConstantExpr>(each).getValue());
    return vector::ShuffleOp::create(scopes.builder, scopes.loc, all, all, places);
  }

  bool ofCodes() { return getElementTypeOrSelf(conv.getInput().getType()).isInteger(); }

  /// Floats, or codes as such; what all channels read is spread over the lanes.
  Value number(Value element, bool isSigned) {
    OpBuilder &b = scopes.builder;
    if (ofCodes()) {
      auto vector = dyn_cast<VectorType>(element.getType());
      Type wide = vector ? Type(vector.clone(b.getI32Type())) : b.getI32Type();
      element = isSigned ? Value(arith::ExtSIOp::create(b, scopes.loc, wide, element))
                         : Value(arith::ExtUIOp::create(b, scopes.loc, wide, element));
      Type real = vector ? Type(vector.clone(b.getF32Type())) : b.getF32Type();
      element = arith::SIToFPOp::create(b, scopes.loc, real, element);
    }
    if (isa<VectorType>(element.getType()))
      return element;
    return vector::BroadcastOp::create(b, scopes.loc, floats, element);
  }

  /// Of codes nothing is rounded, so that two instructions do as well as one.
  Value multiplyAdd(Value x, Value y, Value sum) {
    OpBuilder &b = scopes.builder;
    if (!ofCodes())
      return math::FmaOp::create(b, scopes.loc, x, y, sum);
    auto contract = arith::FastMathFlags::contract;
    Value product = arith::MulFOp::create(b, scopes.loc, x, y, contract);
    return arith::AddFOp::create(b, scopes.loc, product, sum, contract);
  }

  /// The element of the convolution that has the sum `sum` of products.
  Value withBias(Value sum, Index channel) {
    OpBuilder &b = scopes.builder;
    auto type = cast<VectorType>(sum.getType());
    if (ofCodes())
      sum = arith::FPToSIOp::create(b, scopes.loc, type.clone(b.getI32Type()), sum);
    if (!conv.getBias())
      return sum;
    Value bias = elements.vectorAt(conv.getBias(), channel);
    return ofCodes() ? Value(arith::AddIOp::create(b, scopes.loc, sum, bias))
                     : Value(arith::AddFOp::create(b, scopes.loc, sum, bias));
  }

  nest::Elements elements;
  nest::Scopes &scopes;
  product::Body &body;
  ConvOp conv;
  const Shape &shape;
  Value result;      ///< its memory
  VectorType floats; ///< of the current block of channels
};
} // namespace

static LogicalResult lower(func::FuncOp kernel, const KernelRow &row, const VectorUnit &unit) {
  Block &block = kernel.getBody().front();
  product::Body body = taps::readBody(block);
  if (!body.refusal.empty())
    return kernel.emitError() << "the skeleton of row '" << row.name << "' " << body.refusal;
  auto conv = cast<ConvOp>(body.anchor);
  if (failed(checkPaddedInMemory(kernel, conv)))
    return failure();
  Shape shape(conv, row.atom.lanes, unit);
  auto items = kernel->getAttrOfType<IntegerAttr>(itemsAttrName);
  if (!items || items.getInt() != shape.items() || kernel.getNumArguments() < 4 ||
      !shape.columnsAtOnce)
    return kernel.emitError() << "expected " << shape.items()
                              << " items, the arguments begin, end and scratch, and vectors";
  FailureOr<Value> result = onlyResult(kernel, body.stored);
  if (failed(result))
    return failure();
  OpBuilder b(block.getTerminator());
  std::string refusal;
  auto rows = [&](Value group) {
    auto loop = itemLoop(kernel, b);
    Code code(*loop.getBody(), body, shape, unit, *result);
    code.row(loop.getInductionVar(), group);
    refusal += code.refusal();
  };
  if (shape.blocks()) {
    Value zero = arith::ConstantIndexOp::create(b, kernel.getLoc(), 0);
    Value one = arith::ConstantIndexOp::create(b, kernel.getLoc(), 1);
    Value groups =
        arith::ConstantIndexOp::create(b, kernel.getLoc(), shape.blocks() / shape.blocksAtOnce());
    auto loop = scf::ForOp::create(b, kernel.getLoc(), zero, groups, one);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    rows(loop.getInductionVar());
  }
  if (shape.channels() % shape.lanes)
    rows(Value());
  if (!refusal.empty())
    return kernel.emitError() << "cannot compute the convolution on vectors of channels: "
                              << refusal;
  finishVectorKernel(kernel);
  return success();
}

const Skeleton skeletons::taps{
    .name = "taps",
    .lower = lower,
    .refuses = refuses,
    .choose = choose,
    .layouts = layouts,
    .items = items,
    .runsParts = true,
};
