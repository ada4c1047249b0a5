// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Vectors: how scalars spread over lanes, and how lanes lie in memory.
#include "lib/Kernels/Nest/Elements.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace pith::nest;

static VectorType vectorOf(const Lanes &lanes, Type element) {
  return VectorType::get(int64_t(lanes.width), element, ArrayRef<bool>(lanes.scalable));
}

Type Elements::spread(VectorType shape, Type element) {
  return shape && !isa<VectorType>(element) ? shape.clone(element) : element;
}

Value Elements::spread(VectorType shape, Value value) {
  if (!shape || isa<VectorType>(value.getType()) ||
      !VectorType::isValidElementType(value.getType()))
    return value;
  return vector::BroadcastOp::create(scopes.builder, scopes.loc, shape.clone(value.getType()),
                                     value);
}

Type Elements::spread(ArrayRef<Index> at, Type element) {
  const Lanes *lanes = scopes.space.lanesOf(at);
  return lanes ? vectorOf(*lanes, element) : element;
}

Value Elements::spread(ArrayRef<Index> at, Value value) {
  return spread(dyn_cast<VectorType>(spread(at, getElementTypeOrSelf(value))), value);
}

Value Elements::vectorAt(Value tensor, ArrayRef<Index> indices) {
  return spread(indices, at(tensor, indices));
}

Value Elements::copy(Operation *op, ValueRange operands) {
  VectorType shape;
  for (Value operand : operands)
    noteShape(shape, operand);
  if (shape && !OpTrait::hasElementwiseMappableTraits(op))
    scopes.refuse("'" + op->getName().getStringRef() + "' has no form on vectors");
  if (!scopes.refusal().empty())
    return zero(op->getResult(0).getType());
  if (isa<arith::ExtUIOp, arith::ExtSIOp>(op) && op->getResult(0).getType().isInteger(32))
    return extended(operands.front(), isa<arith::ExtSIOp>(op));
  OperationState state(op->getLoc(), op->getName());
  for (Value operand : operands)
    state.addOperands(spread(shape, operand));
  state.addTypes(spread(shape, getElementTypeOrSelf(op->getResult(0))));
  state.addAttributes(op->getAttrs());
  return scopes.builder.create(state)->getResult(0);
}

/// Where elements lie, counted from the start of the memory; null where strides
/// are not static.
static Index placeOf(IndexSpace &space, MemRefType type, ArrayRef<Index> at) {
  auto [strides, offset] = type.getStridesAndOffset();
  if (ShapedType::isDynamicShape(strides))
    return {};
  Index place = space.constant(0);
  for (auto [index, stride] : llvm::zip_equal(at, strides))
    place = place + index * stride;
  return space.simplify(place);
}

static bool divides(Index index) {
  WalkResult walk = index.walk([](AffineExpr expr) {
    bool found =
        expr.getKind() == AffineExprKind::FloorDiv || expr.getKind() == AffineExprKind::Mod;
    return found ? WalkResult::interrupt() : WalkResult::advance();
  });
  return walk.wasInterrupted();
}

/// `buffer` as a line of single elements, wherever its own elements lie on it.
static Value lineOf(Scopes &scopes, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  auto [strides, offset] = type.getStridesAndOffset();
  int64_t length = 1;
  for (auto [size, stride] : llvm::zip_equal(type.getShape(), strides))
    length += (size - 1) * stride;
  return scopes.memoize(buffer.getAsOpaquePointer(), 10, {}, [&]() -> Value {
    auto line =
        MemRefType::get({length}, type.getElementType(),
                        StridedLayoutAttr::get(type.getContext(), offset, ArrayRef<int64_t>(1)));
    return memref::ReinterpretCastOp::create(scopes.builder, scopes.loc, line, buffer, offset,
                                             ArrayRef<int64_t>(length), ArrayRef<int64_t>(1));
  });
}

namespace {
/// Memory and the indices of a vector's first element.
struct Start {
  Value buffer;
  SmallVector<Value> indices;
};
} // namespace

/// The element `low` behind the first lane's. Indices that need divisions are
/// joined to one, where memory has no gaps.
static Start startOf(Scopes &scopes, Value buffer, ArrayRef<Index> at, Index place,
                     const Lanes &lanes, int64_t low) {
  auto type = cast<MemRefType>(buffer.getType());
  Indices first;
  if (type.getStridesAndOffset().first.back() != 1) {
    first.push_back(scopes.space.atLane(place, lanes, 0));
    buffer = lineOf(scopes, buffer);
  } else if (type.getRank() > 1 && type.getLayout().isIdentity() && llvm::any_of(at, divides)) {
    first.push_back(scopes.space.atLane(place, lanes, 0));
    buffer = scopes.memoize(buffer.getAsOpaquePointer(), 9, {}, [&]() -> Value {
      ReassociationIndices all = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
      return memref::CollapseShapeOp::create(scopes.builder, scopes.loc, buffer,
                                             ArrayRef<ReassociationIndices>(all));
    });
  } else {
    for (Index index : at)
      first.push_back(scopes.space.atLane(index, lanes, 0));
  }
  first.back() = first.back() + low;
  if (scopes.space.lanesOf(first)) {
    scopes.refuse("lanes along two indices");
    first.assign(first.size(), scopes.space.constant(0));
  }
  return {buffer, scopes.materialize(first)};
}

/// First element and number of the powers of two that make up `number`, largest
/// first. Vectors of other sizes are no types that compilers care for.
static SmallVector<std::pair<int64_t, int64_t>> piecesOf(int64_t number) {
  SmallVector<std::pair<int64_t, int64_t>> pieces;
  for (int64_t first = 0; first < number; first += pieces.back().second)
    pieces.push_back({first, int64_t(llvm::bit_floor(uint64_t(number - first)))});
  return pieces;
}

static VectorType whole(int64_t number, Type element) {
  return VectorType::get(int64_t(llvm::PowerOf2Ceil(number)), element);
}

Value Elements::load(Value buffer, ArrayRef<Index> at) {
  if (const Lanes *lanes = scopes.space.lanesOf(at))
    return loadLanes(buffer, at, *lanes);
  return make<memref::LoadOp>(buffer, ValueRange(scopes.materialize(at)));
}

Value Elements::loadLanes(Value buffer, ArrayRef<Index> at, const Lanes &lanes) {
  auto type = cast<MemRefType>(buffer.getType());
  Type element = type.getElementType();
  auto refuse = [&](const Twine &reason) {
    scopes.refuse(reason);
    return zero(element);
  };
  Index place = placeOf(scopes.space, type, at);
  std::optional<SmallVector<int64_t>> distances;
  if (place)
    distances = scopes.space.distances(place);
  if (!distances)
    return refuse("the lanes' places in memory are no fixed distances apart");
  if (llvm::all_of(*distances, [](int64_t distance) { return distance == 0; })) {
    Start start = startOf(scopes, buffer, at, place, lanes, 0);
    return make<memref::LoadOp>(start.buffer, ValueRange(start.indices));
  }
  // A bool has a byte in memory and a bit in a vector.
  auto [strides, offset] = type.getStridesAndOffset();
  if (element.isInteger(1) ||
      (strides.back() != 1 && (lanes.scalable || ShapedType::isDynamic(offset) ||
                               llvm::any_of(strides, [](int64_t stride) { return stride < 1; }))))
    return refuse("memory with gaps between elements");
  int64_t low = *llvm::min_element(*distances), high = *llvm::max_element(*distances);
  int64_t span = high - low + 1;
  if (asksAhead && lanes.active > 1 && !lanes.scalable)
    askAhead(buffer, at, span, (*distances)[1] - (*distances)[0], /*isWrite=*/false);
  auto loadAt = [&](int64_t first, int64_t number) {
    Start start = startOf(scopes, buffer, at, place, lanes, first);
    auto loaded = VectorType::get(number, element, ArrayRef<bool>(lanes.scalable));
    return make<vector::LoadOp>(loaded, start.buffer, ValueRange(start.indices));
  };
  if (lanes.scalable)
    return span == 2 ? loadAt(low, lanes.width) : refuse("elements that are apart in memory");
  bool inOrder = llvm::equal(*distances, llvm::seq<int64_t>(0, lanes.active));
  if (inOrder && lanes.active == lanes.width)
    return loadAt(low, span);
  auto half = int64_t(llvm::bit_floor(uint64_t(span)));
  bool isNear = span <= 4 * int64_t(lanes.width);
  if (isNear && half != span && half >= int64_t(lanes.width) && !inOrder) {
    // Two vectors that overlap, so that nothing beside the span is read.
    Value front = loadAt(low, half), back = loadAt(high - half + 1, half);
    SmallVector<int64_t> places;
    for (unsigned lane = 0; lane < lanes.width; ++lane) {
      int64_t place = lane < lanes.active ? (*distances)[lane] - low : 0;
      places.push_back(place < half ? place : place + 2 * half - span);
    }
    return make<vector::ShuffleOp>(front, back, ArrayRef<int64_t>(places));
  }
  if (isNear) {
    Value loaded = loadRun(loadAt, low, span, span, element);
    if (inOrder && cast<VectorType>(loaded.getType()).getNumElements() == int64_t(lanes.width))
      return loaded;
    SmallVector<int64_t> places;
    for (unsigned lane = 0; lane < lanes.width; ++lane)
      places.push_back(lane < lanes.active ? (*distances)[lane] - low : 0);
    return make<vector::ShuffleOp>(loaded, loaded, ArrayRef<int64_t>(places));
  }
  return loadRuns(loadAt, *distances, lanes, element);
}

/// From the first to the last element, none beside; a vector of at least `size`.
Value Elements::loadRun(Piece loadAt, int64_t low, int64_t span, int64_t size, Type element) {
  Value loaded;
  for (auto [first, number] : piecesOf(span)) {
    Value piece = loadAt(low + first, number);
    if (!loaded && number == int64_t(llvm::PowerOf2Ceil(size)))
      loaded = piece;
    else
      loaded = make<vector::InsertStridedSliceOp>(
          piece, loaded ? loaded : spread(whole(size, element), zero(element)),
          ArrayRef<int64_t>(first), ArrayRef<int64_t>(1));
  }
  return loaded;
}

/// Lanes that are whole words of 32 bits, wherever each is: one load for each. Those
/// of several codes always gain by that. Null: they are not, or there are too many.
Value Elements::loadWords(Piece loadAt, ArrayRef<int64_t> distances, const Lanes &lanes,
                          Type element) {
  constexpr int64_t mostWords = 16;
  unsigned bits = element.getIntOrFloatBitWidth();
  int64_t each = bits < 8 || bits > 32 ? 0 : 32 / bits, active = lanes.active;
  if (each == 0 || (each == 1 && !gathersWords) || active != int64_t(lanes.width) ||
      active % each || active / each > mostWords)
    return {};
  Type word = each == 1 ? element : Type(IntegerType::get(element.getContext(), 32));
  SmallVector<Value> words;
  for (int64_t first = 0; first < active; first += each)
    for (int64_t i = 1; i < each; ++i)
      if (distances[first + i] != distances[first] + i)
        return {};
  for (int64_t first = 0; first < active; first += each) {
    Value loaded = loadAt(distances[first], each);
    if (each > 1)
      loaded = make<vector::BitCastOp>(VectorType::get(1, word), loaded);
    words.push_back(make<vector::ExtractOp>(loaded, int64_t(0)));
  }
  auto type = VectorType::get(int64_t(words.size()), word);
  Value all = make<vector::FromElementsOp>(type, words);
  return each > 1 ? make<vector::BitCastOp>(VectorType::get(active, element), all) : all;
}

/// Lanes from a few places that are far apart, such as rows of a matrix: what is
/// near each is loaded, then two at a time are joined.
Value Elements::loadRuns(Piece loadAt, ArrayRef<int64_t> distances, const Lanes &lanes,
                         Type element) {
  constexpr size_t mostRuns = 8, fewestLanes = 8; // of each
  int64_t near = unit.lanes(std::max(element.getIntOrFloatBitWidth(), 8u));
  SmallVector<int64_t> sorted(distances);
  llvm::sort(sorted);
  SmallVector<std::pair<int64_t, int64_t>> runs; // first and last
  for (int64_t distance : sorted) {
    if (runs.empty() || distance - runs.back().second > near)
      runs.push_back({distance, distance});
    runs.back().second = distance;
  }
  int64_t longest = 0;
  for (auto [first, last] : runs)
    longest = std::max(longest, last - first + 1);
  if (runs.size() > mostRuns || runs.size() * fewestLanes > lanes.active ||
      longest * int64_t(runs.size()) > 4 * int64_t(lanes.width)) {
    if (Value words = loadWords(loadAt, distances, lanes, element))
      return words;
    scopes.refuse("elements that are far apart in memory");
    return zero(element);
  }
  // What is loaded so far, and where each lane's element is in it; -1: elsewhere.
  struct Part {
    Value vector;
    SmallVector<int64_t> places;
  };
  SmallVector<Part> parts;
  for (auto [first, last] : runs) {
    Part &part = parts.emplace_back();
    part.vector = loadRun(loadAt, first, last - first + 1, longest, element);
    for (unsigned lane = 0; lane < lanes.width; ++lane) {
      int64_t distance = lane < lanes.active ? distances[lane] : distances[0];
      part.places.push_back(distance >= first && distance <= last ? distance - first : -1);
    }
  }
  while (parts.size() > 1) {
    SmallVector<Part> joined;
    for (size_t i = 0; i + 1 < parts.size(); i += 2) {
      Part &a = parts[i], &b = parts[i + 1];
      // Vectors of one size: the last, which had no partner, may lag behind.
      auto sizeOf = [](Part &part) {
        return cast<VectorType>(part.vector.getType()).getNumElements();
      };
      if (sizeOf(a) != sizeOf(b)) {
        b.vector = make<vector::ShuffleOp>(b.vector, b.vector, ArrayRef<int64_t>(b.places));
        for (auto [lane, place] : llvm::enumerate(b.places))
          place = place < 0 ? -1 : int64_t(lane);
      }
      SmallVector<int64_t> from, places;
      for (unsigned lane = 0; lane < lanes.width; ++lane) {
        int64_t inA = a.places[lane], inB = b.places[lane];
        from.push_back(inA >= 0 ? inA : inB >= 0 ? sizeOf(a) + inB : -1);
        places.push_back(from.back() < 0 ? -1 : int64_t(lane));
      }
      Value vector = make<vector::ShuffleOp>(a.vector, b.vector, ArrayRef<int64_t>(from));
      joined.push_back({vector, places});
    }
    if (parts.size() % 2)
      joined.push_back(parts.back());
    parts = std::move(joined);
  }
  return parts.front().vector;
}

void Elements::store(Value value, Value buffer, ArrayRef<Index> at) {
  const Lanes *lanes = scopes.space.lanesOf(at);
  if (!lanes) {
    memref::StoreOp::create(scopes.builder, scopes.loc, value, buffer, scopes.materialize(at));
    return;
  }
  value = spread(at, value);
  auto type = cast<MemRefType>(buffer.getType());
  Index place = placeOf(scopes.space, type, at);
  std::optional<SmallVector<int64_t>> distances;
  if (place)
    distances = scopes.space.distances(place);
  int64_t known = lanes->scalable ? 2 : lanes->active;
  if (!distances || !llvm::equal(*distances, llvm::seq<int64_t>(0, known)) ||
      type.getStridesAndOffset().first.back() != 1 || type.getElementType().isInteger(1))
    return scopes.refuse("a result whose elements are apart in memory");
  auto storeAt = [&](Value part, int64_t first) {
    Start start = startOf(scopes, buffer, at, place, *lanes, first);
    vector::StoreOp::create(scopes.builder, scopes.loc, part, start.buffer, start.indices);
  };
  if (lanes->active == lanes->width)
    return storeAt(value, 0);
  for (auto [first, number] : piecesOf(lanes->active))
    storeAt(make<vector::ExtractStridedSliceOp>(value, ArrayRef<int64_t>(first),
                                                ArrayRef<int64_t>(number), ArrayRef<int64_t>(1)),
            first);
}
