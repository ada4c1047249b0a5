// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NonMaxSuppression: of all batches and classes at once, one selected box in a
// step. A step takes time of all boxes; it needs no order of them.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/Bounded.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Scalars.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

enum Corner { Top, Left, Bottom, Right, Area, NumCorners };

struct Suppression {
  NodeConversion &node;
  int64_t batches, classes, boxes;
  Type i64, f32;

  explicit Suppression(NodeConversion &node)
      : node(node), batches(node.shape(1)[0]), classes(node.shape(1)[1]), boxes(node.shape(1)[2]),
        i64(node.builder.getI64Type()), f32(node.builder.getF32Type()) {}

  template <typename Body> Value map(TensorBuilder &to, ValueRange in, Type element, Body body) {
    return to.map(in, element, [&](OpBuilder &b, Location loc, ValueRange x) {
      return body(Scalars{b, loc}, x);
    });
  }

  /// [NumCorners, batches, boxes]
  Value corners() {
    Value given = node.operand(0);
    auto column = [&](int64_t index) {
      Value part = node.slice(given, {0, 0, index}, {batches, boxes, 1});
      return node.reshape(part, {batches, boxes});
    };
    std::array<Value, NumCorners> made;
    if (node.i64("center_point_box") == 0) {
      auto least = [](Scalars s, ValueRange x) { return s.min(x[0], x[1]); };
      auto most = [](Scalars s, ValueRange x) { return s.max(x[0], x[1]); };
      for (Corner corner : {Top, Left}) {
        made[corner] = map(node, {column(corner), column(corner + 2)}, f32, least);
        made[corner + 2] = map(node, {column(corner), column(corner + 2)}, f32, most);
      }
    } else { // x, y, width, height
      auto half = [&](Scalars s, Value size) { return s.div(size, s.number(f32, 2)); };
      auto below = [&](Scalars s, ValueRange x) { return s.sub(x[0], half(s, x[1])); };
      auto above = [&](Scalars s, ValueRange x) { return s.add(x[0], half(s, x[1])); };
      for (Corner corner : {Top, Left}) {
        made[corner] = map(node, {column(1 - corner), column(3 - corner)}, f32, below);
        made[corner + 2] = map(node, {column(1 - corner), column(3 - corner)}, f32, above);
      }
    }
    made[Area] = map(node, {made[Top], made[Left], made[Bottom], made[Right]}, f32,
                     [](Scalars s, ValueRange x) {
                       return s.mul(s.sub(x[Right], x[Left]), s.sub(x[Bottom], x[Top]));
                     });
    for (Value &corner : made)
      corner = node.reshape(corner, {1, batches, boxes});
    return node.concat(made, 0);
  }

  static Value out(Scalars s) {
    return s.integer(s.builder.getI64Type(), APInt::getSignedMinValue(64));
  }

  /// [batches, classes, boxes]: integers in the order of scores, and against the
  /// order of boxes of one score; the least one for boxes that are out.
  Value keys() {
    Value places = iota(node, boxes, i64, 2, 3), threshold = node.operand(4);
    SmallVector<Value> in = {node.operand(1), places};
    if (threshold)
      in.push_back(node.reshape(threshold, {1, 1, 1}));
    return map(node, in, i64, [&](Scalars s, ValueRange x) {
      Type i32 = s.builder.getI32Type();
      auto number = [&](Type type, double value) { return s.number(type, value); };
      // Both zeros are one score.
      Value score = s.select(s.equal(x[0], number(f32, 0)), number(f32, 0), x[0]);
      Value bits = s.make<arith::BitcastOp>(i32, score);
      Value mirrored = s.make<arith::XOrIOp>(bits, number(i32, 0x7fffffff));
      Value order = s.select(s.less(bits, number(i32, 0)), mirrored, bits);
      Value high = s.make<arith::ShLIOp>(s.make<arith::ExtSIOp>(i64, order), number(i64, 32));
      Value key = s.add(high, s.sub(number(i64, 0xffffffff), x[1]));
      Value isIn = threshold ? s.less(x[2], x[0]) : s.equal(x[0], x[0]);
      return s.select(isIn, key, out(s));
    });
  }

  /// The box behind a key; -1 when it is out.
  Value boxOf(TensorBuilder &to, Value keys) {
    return map(to, keys, i64, [&](Scalars s, ValueRange x) {
      Value low = s.make<arith::AndIOp>(x[0], s.number(i64, 0xffffffff));
      return s.select(s.equal(x[0], out(s)), s.number(i64, -1),
                      s.sub(s.number(i64, 0xffffffff), low));
    });
  }

  /// [NumCorners, batches, classes, 1] of one box for each class.
  Value cornersOf(TensorBuilder &to, Value corners, Value box) {
    return generate(to, {NumCorners, batches, classes, 1}, f32,
                    [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
                      Value place = readPosition(b, loc, box, at.drop_front(), boxes);
                      return tensor::ExtractOp::create(b, loc, corners,
                                                       ValueRange{at[0], at[1], place});
                    });
  }

  /// Whether two boxes share more than the threshold of their area.
  static Value overlap(Scalars s, ValueRange a, ValueRange b, Value threshold) {
    auto both = [&](Value x, Value y) { return s.make<arith::AndIOp>(x, y); };
    Value zero = s.number(threshold.getType(), 0);
    Value width = s.sub(s.min(a[Right], b[Right]), s.max(a[Left], b[Left]));
    Value height = s.sub(s.min(a[Bottom], b[Bottom]), s.max(a[Top], b[Top]));
    Value shared = s.mul(width, height);
    Value all = s.sub(s.add(a[Area], b[Area]), shared);
    Value meet = both(both(s.less(zero, width), s.less(zero, height)), s.less(zero, shared));
    Value areThere = both(both(s.less(zero, a[Area]), s.less(zero, b[Area])), s.less(zero, all));
    return both(both(meet, areThere), s.less(threshold, s.div(shared, all)));
  }

  /// The keys without the best ones and what these suppress.
  Value suppressed(TensorBuilder &to, Value keys, Value best, Value corners, Value chosen,
                   Value threshold) {
    SmallVector<Value> in = {keys, best, threshold};
    for (int64_t corner = 0; corner < NumCorners; ++corner) {
      Value all = to.slice(corners, {corner, 0, 0}, {1, batches, boxes});
      in.push_back(to.reshape(all, {batches, 1, boxes}));
    }
    for (int64_t corner = 0; corner < NumCorners; ++corner) {
      Value one = to.slice(chosen, {corner, 0, 0, 0}, {1, batches, classes, 1});
      in.push_back(to.reshape(one, {batches, classes, 1}));
    }
    return map(to, in, i64, [](Scalars s, ValueRange x) {
      ValueRange all = x.slice(3, NumCorners), one = x.slice(3 + NumCorners, NumCorners);
      Value isOut = s.make<arith::OrIOp>(s.equal(x[0], x[1]), overlap(s, all, one, x[2]));
      return s.select(isOut, out(s), x[0]);
    });
  }

  /// [batches, classes, steps]: the selected boxes in order, and then -1.
  Value select(int64_t steps) {
    Value all = corners(), threshold = node.operand(3);
    threshold = threshold ? node.reshape(threshold, {1, 1, 1}) : node.splat({1, 1, 1}, f32, 0);
    Value none = node.splat({batches, classes, steps}, i64, -1);
    return repeat(node, steps, {keys(), none},
                  [&](TensorBuilder &inside, Value step, ValueRange carried) {
                    Value best = ReduceOp::create(inside.builder, inside.loc,
                                                  RankedTensorType::get({batches, classes, 1}, i64),
                                                  ReduceKind::Max, carried[0], ArrayRef<int64_t>{2},
                                                  /*keep_dims=*/true, /*is_signed=*/true);
                    Value box = boxOf(inside, best);
                    Value chosen = cornersOf(inside, all, box);
                    Value rest = suppressed(inside, carried[0], best, all, chosen, threshold);
                    return SmallVector<Value>{rest, writeAt(inside, box, carried[1], 2, step)};
                  })[1];
  }
};

} // namespace

static LogicalResult convertNonMaxSuppression(NodeConversion &node) {
  Type i64 = node.builder.getI64Type();
  if (node.rank(0) != 3 || node.rank(1) != 3 || node.shape(0)[0] != node.shape(1)[0] ||
      node.shape(0)[1] != node.shape(1)[2] || node.shape(0)[2] != 4)
    return node.unsupported("expected boxes of shape [batches, boxes, 4] and scores of shape "
                            "[batches, classes, boxes]");
  for (unsigned index : {2, 3, 4})
    if (node.operand(index) && countOf(node.shape(index)) != 1)
      return node.unsupported("expected one number in operand " + Twine(index));
  Suppression boxes(node);
  // Boxes share an integer with their score.
  if (boxes.boxes >= int64_t(1) << 32)
    return node.unsupported("expected fewer than 2^32 boxes");
  int64_t most = node.operand(2) ? boxes.boxes : 0;
  if (node.operand(2) && node.constantValue(2)) {
    FailureOr<SmallVector<int64_t>> given = node.constantInts(2);
    if (failed(given))
      return failure();
    most = std::clamp<int64_t>(given->front(), 0, boxes.boxes);
  }
  int64_t lists = boxes.batches * boxes.classes;
  FailureOr<int64_t> bound = boundOf(node, {{0, 0}}, lists * most);
  if (failed(bound) || failed(checkSize(node, {*bound, 3})))
    return failure();
  // What is beyond the bound in one list is beyond it in all.
  int64_t steps = std::min(most, *bound);
  if (lists * steps == 0)
    return node.replace(node.splat({*bound, 3}, i64, -1));
  Value selected = boxes.select(steps);
  SmallVector<Value> in = {selected, iota(node, steps, i64, 2, 3)};
  if (!node.constantValue(2))
    in.push_back(node.reshape(node.operand(2), {1, 1, 1}));
  Value isThere =
      boxes.map(node, in, node.builder.getI1Type(), [&](Scalars s, ValueRange x) -> Value {
        Value isBox = s.lessOrEqual(s.number(i64, 0), x[0]);
        return x.size() == 2 ? isBox : s.make<arith::AndIOp>(isBox, s.less(x[1], x[2]));
      });
  TruePlaces found(node, node.reshape(isThere, {lists * steps}));
  Value places = node.reshape(found.places(*bound), {*bound, 1});
  auto column = [&](int64_t by, int64_t below) {
    return boxes.map(node, places, i64, [&](Scalars s, ValueRange x) {
      auto number = [&](int64_t value) { return s.number(i64, double(value)); };
      Value part = s.rem(s.div(x[0], number(by)), number(below));
      return s.select(s.less(x[0], number(0)), number(-1), part);
    });
  };
  Value flat = node.reshape(selected, {lists * steps});
  Value box =
      generate(node, {*bound, 1}, i64, [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
        Scalars s{b, loc};
        Value place = tensor::ExtractOp::create(b, loc, places, at);
        Value from = readPosition(b, loc, places, at, lists * steps);
        Value read = tensor::ExtractOp::create(b, loc, flat, from);
        return s.select(s.less(place, s.number(i64, 0)), s.number(i64, -1), read);
      });
  Value rows = node.concat(
      {column(boxes.classes * steps, boxes.batches), column(steps, boxes.classes), box}, 1);
  return node.replace(Converted{rows, i64, found.count(*bound)});
}

void import::addSuppressionConverters(ConverterTable &table) {
  table.add("NonMaxSuppression", 10, convertNonMaxSuppression);
}
