// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The skeleton `sparse`. A tile of pixels is laid out so that a word of the
// depth (four channels of bytes, or one of f32) is contiguous over the pixels;
// then each output channel's list is walked with the sums of all pixels of the
// tile in registers; the results, laid out alike, are turned back.
#include "pith/Kernels/Sparse.h"
#include "lib/Kernels/Product/Operands.h"
#include "lib/Kernels/Sparse/Turn.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace pith;
using product::Body, product::Places, product::readBody;

static int64_t bitsOf(Value tensor) {
  return getElementTypeOrSelf(tensor.getType()).getIntOrFloatBitWidth();
}

//===- decisions ----------------------------------------------------------===//

/// What the shape of a product lacks.
static StringRef refuseShape(const SparseProduct &product) {
  auto isOne = [](int64_t size) { return size == 1; };
  auto isZero = [](int64_t size) { return size == 0; };
  if (auto conv = dyn_cast<ConvOp>(product.op)) {
    if (!llvm::all_of(conv.getFilter().getType().getShape().drop_front().drop_back(), isOne) ||
        !llvm::all_of(conv.getStrides(), isOne) || !llvm::all_of(conv.getLow(), isZero) ||
        !llvm::all_of(conv.getHigh(), isZero) || conv.getGroups() != 1)
      return "takes filters of one tap, without strides and padding";
  } else if (auto matmul = cast<MatmulOp>(product.op);
             matmul.getTransposeLhs() || matmul.getRhs().getType().getRank() != 2) {
    return "takes one matrix of weights, and pixels as the left side's rows";
  }
  return product.depth % product.packed() ? "takes input channels in fours" : "";
}

static std::string refuses(GroupOp group, const KernelRow &row, const VectorUnit &) {
  Block &block = group.getBody().front();
  SparseProduct product = sparseProductOf(block);
  Body body = readBody(block);
  if (!body.refusal.empty())
    return body.refusal;
  if (body.hasTail())
    return "does not fuse this work behind the product";
  if (StringRef reason = refuseShape(product); !reason.empty())
    return reason.str();
  if (product.pixels < int64_t(row.atom.lanes))
    return "takes at least " + std::to_string(row.atom.lanes) + " pixels";
  int64_t width = bitsOf(body.computed());
  if (width != 32 && (width != 8 || product.rows % 4))
    return "writes 32 bits, or bytes of channels in fours";
  if (Value bias = product::biasOf(body.anchor);
      bias && cast<RankedTensorType>(bias.getType()).getNumElements() != product.rows)
    return "takes a bias for each channel";
  return "";
}

/// Vectors of pixels: as many as have their sums, and what becomes of four
/// channels, in registers, of those the one that computes fewest pixels twice.
static Plan choose(GroupOp group, const KernelRow &row, const VectorUnit &unit) {
  Block &block = group.getBody().front();
  SparseProduct product = sparseProductOf(block);
  auto counted = product.op->getAttrOfType<SparsityAttr>(sparsityAttrName);
  int64_t lanes = row.atom.lanes, perList = product.rowsOfList();
  int64_t bytes = bitsOf(readBody(block).computed()) / 8;
  int64_t most = (int64_t(unit.registers) - 3) / (bytes == 1 ? 4 : 2 * perList);
  most = std::min({most, product.pixels / lanes, int64_t(8)});
  int64_t best = 1, leastWork = std::numeric_limits<int64_t>::max();
  for (int64_t vectors = std::max<int64_t>(1, most / 2); vectors <= most; ++vectors) {
    int64_t work = llvm::divideCeil(product.pixels, vectors * lanes) * vectors;
    if (work <= leastWork) {
      leastWork = work;
      best = vectors;
    }
  }
  double blocks = product.pattern == SparsityPattern::Unstructured
                      ? counted.getElements() - counted.getZeros()
                  : perList == 2 ? counted.getStored2x4()
                                 : counted.getStored1x4();
  double tiles = double(leastWork) / best;
  double words = product.depth / product.packed() + product.rows * bytes / 4;
  constexpr double turning = 4; // loads' worth of moving a vector to its place
  double cycles = tiles * (blocks * (best * perList * row.cost.perAtom + 2 * row.cost.perLoad) +
                           words * best * turning * row.cost.perLoad);
  return {{unsigned(perList), unsigned(best)}, row.cost.fixed + cycles};
}

/// Operands stay as they are; that there are layouts makes them operands.
static SmallVector<LayoutAttr> layouts(GroupOp group, const KernelRow &, Tile, const VectorUnit &) {
  return SmallVector<LayoutAttr>(group.getInputs().size());
}

/// Whole tiles: the last item has the pixels that are left too.
static int64_t items(GroupOp group, const KernelRow &row, Tile tile, const VectorUnit &) {
  return sparseProductOf(group.getBody().front()).pixels / (tile.columns * row.atom.lanes);
}

//===- loops --------------------------------------------------------------===//

namespace {

class SparseLowering {
public:
  SparseLowering(func::FuncOp kernel, const KernelRow &row)
      : kernel(kernel), product(sparseProductOf(kernel.getBody().front())),
        body(readBody(kernel.getBody().front())), loc(kernel.getLoc()), lanes(row.atom.lanes),
        b(kernel.getBody().front().getTerminator()), places{b, loc} {}

  LogicalResult run() {
    auto lists = product.op ? product.weights->get().getDefiningOp<FromListsOp>() : FromListsOp();
    auto attr = kernel->getAttrOfType<KernelAttr>(kernelAttrName);
    if (!lists || !body.refusal.empty() || body.hasTail() || !refuseShape(product).empty())
      return kernel.emitError("expected a product of listed weights");
    if (attr.getTile().size() != 2 || attr.getTile()[1] < 1 || attr.getTile()[1] > 64 ||
        int64_t(lists.getStride()) != attr.getTile()[1] * lanes || kernel.getNumArguments() < 4)
      return kernel.emitError("expected a kernel with a tile of as many pixels as its lists have "
                              "words between offsets");
    vectors = attr.getTile()[1];
    tile = vectors * lanes;
    count = product.pixels / tile;
    auto items = kernel->getAttrOfType<IntegerAttr>(itemsAttrName);
    if (count == 0 || !items || items.getInt() != count)
      return kernel.emitError() << "expected " << count << " items, at least one";
    width = bitsOf(body.computed()) / 8;
    wordsIn = product.depth / product.packed();
    wordsOut = product.rows * width / 4;
    if (failed(findOperands(lists)))
      return failure();

    unsigned arguments = kernel.getNumArguments();
    Value scratch = kernel.getArgument(arguments - 1);
    tileIn = view(scratch, 0, wordsIn * tile);
    tileOut = view(scratch, wordsIn * tile * 4, wordsOut * tile);
    kernel->setAttr(scratchAttrName, b.getI64IntegerAttr((wordsIn + wordsOut) * tile * 4));
    loop(kernel.getArgument(arguments - 3), kernel.getArgument(arguments - 2), 1, [&](Value item) {
      Value first = places.times(item, tile), end = places.add(first, tile);
      if (product.pixels % tile) {
        Value isLast = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, item,
                                             places.constant(count - 1));
        end = arith::SelectOp::create(b, loc, isLast, places.constant(product.pixels), end);
      }
      loop(first, end, tile, [&](Value pixel) {
        // The last tile ends with the last pixel: some are computed twice, alike.
        compute(places.smaller(pixel, places.constant(product.pixels - tile)));
      });
    });
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(kernel.getBody().front())))
      if (isa<bufferization::MaterializeInDestinationOp>(op) || isOpTriviallyDead(&op))
        op.erase();
    // Wide registers are saved where they do not cross a cache line.
    kernel->setAttr("passthrough", b.getArrayAttr(b.getStrArrayAttr({"alignstack", "64"})));
    return success();
  }

private:
  //===- operands ---------------------------------------------------------===//

  /// The memory of a tensor as one row; null, after an error, where it has none.
  Value memoryOf(Value tensor) {
    auto read = tensor.getDefiningOp<bufferization::ToTensorOp>();
    auto type = read ? dyn_cast<MemRefType>(read.getBuffer().getType()) : MemRefType();
    if (!type || !type.getLayout().isIdentity()) {
      kernel.emitError("expected the operands of a sparse product in memory, as they are");
      return {};
    }
    return flat(read.getBuffer());
  }

  Value flat(Value memory) {
    auto type = cast<MemRefType>(memory.getType());
    if (type.getRank() == 1)
      return memory;
    SmallVector<ReassociationIndices> all;
    if (type.getRank() == 0)
      return memref::ExpandShapeOp::create(b, loc, MemRefType::get({1}, type.getElementType()),
                                           memory, all);
    all.push_back(llvm::to_vector(llvm::seq<int64_t>(0, type.getRank())));
    return memref::CollapseShapeOp::create(b, loc, memory, all);
  }

  Value view(Value bytes, int64_t offset, int64_t count) {
    auto type = MemRefType::get({count}, b.getI32Type());
    return memref::ViewOp::create(b, loc, type, bytes, places.constant(offset), ValueRange());
  }

  /// A tensor in memory as a row of words or f32.
  Value words(Value memory) {
    auto type = cast<MemRefType>(memory.getType());
    return type.getElementTypeBitWidth() == 8 ? view(memory, 0, type.getNumElements() / 4) : memory;
  }

  LogicalResult findOperands(FromListsOp lists) {
    auto find = [&](Value tensor, Value &memory) { return !tensor || (memory = memoryOf(tensor)); };
    Value scales = body.requantize ? body.requantize.getScale() : Value();
    Value zeros = body.requantize ? body.requantize.getZeroPoint() : Value();
    if (scales && bitsOf(scales) != 32)
      return kernel.emitError("expected scales of f32");
    if (!find(lists.getLists(), list) || !find(body.left(), input) ||
        !find(product::biasOf(body.anchor), bias) || !findNumber(scales, scale) ||
        !findNumber(zeros, zero))
      return failure();
    if (body.requantize && !zeros)
      zero = arith::ConstantOp::create(b, loc, b.getI8IntegerAttr(0));
    for (auto store :
         kernel.getBody().front().getOps<bufferization::MaterializeInDestinationOp>()) {
      if (output || store.getSource() != body.computed() ||
          !isa<MemRefType>(store.getDest().getType()))
        return kernel.emitError("expected one result, in memory");
      output = words(flat(store.getDest()));
    }
    if (!output)
      return kernel.emitError("expected one result, in memory");
    input = words(input);
    return success();
  }

  /// The only element of a tensor, else its memory.
  bool findNumber(Value tensor, Value &found) {
    Attribute value;
    if (!tensor)
      return true;
    if (matchPattern(tensor, m_Constant(&value)))
      if (auto splat = dyn_cast<SplatElementsAttr>(value)) {
        found = arith::ConstantOp::create(b, loc, splat.getSplatValue<TypedAttr>());
        return true;
      }
    found = memoryOf(tensor);
    if (found && cast<RankedTensorType>(tensor.getType()).getNumElements() == 1)
      found = memref::LoadOp::create(b, loc, found, ValueRange(places.constant(0)));
    return bool(found);
  }

  //===- code -------------------------------------------------------------===//

  void loop(Value low, Value high, int64_t step, llvm::function_ref<void(Value)> emit) {
    auto made = scf::ForOp::create(b, loc, low, high, places.constant(step));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(made.getBody());
    emit(made.getInductionVar());
  }

  VectorType lanesOf(Type element) { return VectorType::get({lanes}, element); }
  Value broadcast(Value number) {
    return vector::BroadcastOp::create(b, loc, lanesOf(number.getType()), number);
  }
  Value load(Value memory, Value at) {
    return memref::LoadOp::create(b, loc, memory, ValueRange(at));
  }

  /// An entry of the lists as an index.
  Value entry(Value at) {
    return arith::IndexCastUIOp::create(b, loc, b.getIndexType(), load(list, at));
  }

  /// All output channels of the tile that begins with `pixel`.
  void compute(Value pixel) {
    Turn turn{b, loc, lanes, tile, bool(body.flip)};
    turn.toTile(input, pixel, wordsIn, tileIn);
    int64_t perList = product.rowsOfList();
    int64_t step = width == 1 ? 4 : perList, whole = product.rows / step * step;
    loop(places.constant(0), places.constant(whole), step, [&](Value row) { channels(row, step); });
    if (whole != product.rows) // the second channel of the last list has no weights
      channels(places.constant(whole), product.rows - whole);
    turn.fromTile(tileOut, output, pixel, wordsOut);
  }

  /// The channels row, row + 1, ...
  void channels(Value row, int64_t number) {
    int64_t perList = product.rowsOfList();
    Value first = perList == 2 ? places.divide(row, 2) : row;
    SmallVector<SmallVector<Value>> sums;
    for (int64_t c = 0; c < number; c += perList) {
      int64_t used = std::min(perList, number - c);
      SmallVector<Value> walked =
          walk(places.add(first, c / perList), places.add(row, c), perList, used);
      for (int64_t i = 0; i < used; ++i) {
        ArrayRef<Value> part = ArrayRef(walked).slice(i * vectors, vectors);
        Value channel = places.add(row, c + i);
        if (width == 4)
          storeNumbers(part, channel);
        else
          sums.push_back(rounded(part, channel));
      }
    }
    if (width == 1)
      storeBytes(sums, row);
  }

  void storeNumbers(ArrayRef<Value> sums, Value channel) {
    Value base = places.times(channel, tile), added;
    if (bias && product.packed() == 1)
      added = broadcast(load(bias, channel));
    for (int64_t v = 0; v < vectors; ++v) {
      Value sum = added ? Value(arith::AddFOp::create(b, loc, sums[v], added)) : sums[v];
      Value bits = vector::BitCastOp::create(b, loc, lanesOf(b.getI32Type()), sum);
      vector::StoreOp::create(b, loc, bits, tileOut, ValueRange(places.add(base, v * lanes)));
    }
  }

  /// Sums times the channel's scale, rounded: those that stay far from the ends
  /// of i32 where the operator says so, else brought there; a NaN counts as 0.
  SmallVector<Value> rounded(ArrayRef<Value> sums, Value channel) {
    VectorType floats = lanesOf(b.getF32Type());
    auto splat = [&](float value) -> Value {
      return arith::ConstantOp::create(b, loc,
                                       SplatElementsAttr::get(floats, b.getF32FloatAttr(value)));
    };
    auto choose = [&](arith::CmpFPredicate predicate, Value x, Value y) -> Value {
      return arith::SelectOp::create(b, loc, arith::CmpFOp::create(b, loc, predicate, x, y), x, y);
    };
    Value factor = broadcast(isa<MemRefType>(scale.getType()) ? load(scale, channel) : scale);
    bool bounded = body.requantize->hasAttr(boundedAttrName);
    SmallVector<Value> result;
    for (Value sum : sums) {
      Value value = arith::SIToFPOp::create(b, loc, floats, sum);
      value = arith::MulFOp::create(b, loc, value, factor);
      if (!bounded) {
        Value isNumber = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::ORD, value, value);
        value = arith::SelectOp::create(b, loc, isNumber, value, splat(0));
        value = choose(arith::CmpFPredicate::OGT, value, splat(-65536));
        value = choose(arith::CmpFPredicate::OLT, value, splat(65536));
      }
      value = math::RoundEvenOp::create(b, loc, value);
      result.push_back(arith::FPToSIOp::create(b, loc, lanesOf(b.getI32Type()), value));
    }
    return result;
  }

  /// Four channels: their bytes lie side by side for each pixel.
  void storeBytes(ArrayRef<SmallVector<Value>> channels, Value row) {
    Value base = places.times(places.divide(row, 4), tile);
    auto bytes = VectorType::get({4 * lanes}, b.getI8Type());
    // pith.narrow has four pixels of each channel in turn.
    SmallVector<int64_t> order;
    for (int64_t pixel = 0; pixel < lanes; ++pixel)
      for (int64_t channel = 0; channel < 4; ++channel)
        order.push_back(pixel / 4 * 16 + channel * 4 + pixel % 4);
    for (int64_t v = 0; v < vectors; ++v) {
      SmallVector<Value> four;
      for (const SmallVector<Value> &channel : channels)
        four.push_back(channel[v]);
      Value codes = NarrowOp::create(b, loc, bytes, four, zero, body.requantize.getIsSigned());
      codes = vector::ShuffleOp::create(b, loc, codes, codes, order);
      codes = vector::BitCastOp::create(b, loc, lanesOf(b.getI32Type()), codes);
      vector::StoreOp::create(b, loc, codes, tileOut, ValueRange(places.add(base, v * lanes)));
    }
  }

  /// The sums of the channels of one list, of which `used` exist, for all pixels
  /// of the tile.
  SmallVector<Value> walk(Value number, Value channel, int64_t perList, int64_t used) {
    bool isFloat = product.packed() == 1;
    VectorType type = lanesOf(isFloat ? Type(b.getF32Type()) : Type(b.getI32Type()));
    Value none = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
    SmallVector<Value> start;
    for (int64_t i = 0; i < perList; ++i) // integers may start at the bias
      start.append(vectors, bias && !isFloat && i < used
                                ? broadcast(load(bias, places.add(channel, i)))
                                : none);
    auto made = scf::ForOp::create(b, loc, entry(number), entry(places.add(number, 1)),
                                   places.constant(1 + perList), start);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(made.getBody());
    Value at = made.getInductionVar(), offset = entry(at);
    SmallVector<Value> weights, sums(perList * vectors);
    for (int64_t i = 0; i < perList; ++i)
      weights.push_back(broadcast(load(list, places.add(at, 1 + i))));
    VectorType factors = isFloat ? type : VectorType::get({4 * lanes}, b.getI8Type());
    auto cast = [&](Value words) -> Value {
      return vector::BitCastOp::create(b, loc, factors, words);
    };
    for (int64_t v = 0; v < vectors; ++v) {
      Value pixels = cast(vector::LoadOp::create(b, loc, lanesOf(b.getI32Type()), tileIn,
                                                 ValueRange(places.add(offset, v * lanes))));
      for (int64_t i = 0; i < perList; ++i) {
        Value sum = made.getRegionIterArg(i * vectors + v), weight = cast(weights[i]);
        sums[i * vectors + v] =
            isFloat ? math::FmaOp::create(b, loc, pixels, weight, sum).getResult()
                    : DotOp::create(b, loc, type, sum, ValueRange(pixels), ValueRange(weight),
                                    /*lhs_signed=*/false, /*rhs_signed=*/true, /*fits_i16=*/false)
                          .getResult();
      }
    }
    scf::YieldOp::create(b, loc, sums);
    return llvm::to_vector_of<Value>(made.getResults());
  }

  func::FuncOp kernel;
  SparseProduct product;
  Body body;
  Location loc;
  int64_t lanes, vectors = 0, tile = 0, count = 0, wordsIn = 0, wordsOut = 0, width = 4;
  OpBuilder b;
  Places places;
  /// Memory as rows; a scale or zero point that is one number, as a number.
  Value list, input, output, bias, scale, zero, tileIn, tileOut;
};

} // namespace

static LogicalResult lower(func::FuncOp kernel, const KernelRow &row, const VectorUnit &) {
  return SparseLowering(kernel, row).run();
}

const Skeleton skeletons::sparse{
    .name = "sparse",
    .lower = lower,
    .refuses = refuses,
    .choose = choose,
    .layouts = layouts,
    .items = items,
    .skipsZeros = true,
};
