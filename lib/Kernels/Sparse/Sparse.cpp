// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The skeleton `sparse`. Pixels lie in planes of words (four channels of bytes,
// or one of f32), so that a word of neighbouring pixels is a vector; each output
// channel's list is walked with the sums of a tile of pixels in registers.
// Results are stored in planes too where their readers ask for them, else turned.
#include "pith/Kernels/Sparse.h"
#include "lib/Kernels/KernelEnds.h"
#include "lib/Kernels/KernelMemory.h"
#include "lib/Kernels/Planes/PlanesLayout.h"
#include "lib/Kernels/Planes/Turn.h"
#include "lib/Kernels/Product/Operands.h"
#include "lib/Kernels/Requantize.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace pith;
using product::Body, product::Places;

static int64_t bitsOf(Value tensor) {
  return getElementTypeOrSelf(tensor.getType()).getIntOrFloatBitWidth();
}

static Body readBody(Block &block) {
  return product::readBody(block, product::refusesShape, /*withLayout=*/true);
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
  double words = product.rows * bytes / 4.;
  constexpr double turning = 4; // loads' worth of moving a vector to its place
  double cycles = tiles * (blocks * (best * perList * row.cost.perAtom + 2 * row.cost.perLoad) +
                           words * best * turning * row.cost.perLoad);
  return {{unsigned(perList), unsigned(best)}, row.cost.fixed + cycles};
}

static SmallVector<LayoutAttr> layouts(GroupOp group, const KernelRow &, Tile, const VectorUnit &) {
  SmallVector<LayoutAttr> result(group.getInputs().size());
  Value left = readBody(group.getBody().front()).left();
  if (auto argument = dyn_cast<BlockArgument>(left))
    result[argument.getArgNumber()] = planesLayout(cast<RankedTensorType>(left.getType()));
  copySlices(group, result);
  return result;
}

static LayoutAttr resultLayout(GroupOp group, const KernelRow &, Tile, const VectorUnit &) {
  return planesLayout(cast<RankedTensorType>(group.getResultTypes().front()));
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
    if (int64_t(lists.getStride()) != product.stride())
      return kernel.emitError() << "expected lists of stride " << product.stride() << ", got "
                                << lists.getStride();
    if (attr.getTile().size() != 2 || attr.getTile()[1] < 1 || attr.getTile()[1] > 64 ||
        kernel.getNumArguments() < 4)
      return kernel.emitError("expected a kernel with a tile, and the arguments begin, end and "
                              "scratch");
    vectors = attr.getTile()[1];
    tile = vectors * lanes;
    count = product.pixels / tile;
    auto items = kernel->getAttrOfType<IntegerAttr>(itemsAttrName);
    if (count == 0 || !items || items.getInt() != count)
      return kernel.emitError() << "expected " << count << " items, at least one";
    width = bitsOf(body.computed()) / 8;
    wordsOut = product.rows * width / 4;
    if (failed(findOperands(lists)))
      return failure();

    unsigned arguments = kernel.getNumArguments();
    if (!body.layout) {
      Value scratch = kernel.getArgument(arguments - 1);
      tileOut = memref::ViewOp::create(b, loc, MemRefType::get({wordsOut * tile}, b.getI32Type()),
                                       scratch, places.constant(0), ValueRange());
      kernel->setAttr(scratchAttrName, b.getI64IntegerAttr(wordsOut * tile * 4));
    }
    loop(kernel.getArgument(arguments - 3), kernel.getArgument(arguments - 2), 1, [&](Value item) {
      Value first = places.times(item, tile), end = places.add(first, tile);
      if (product.pixels % tile) {
        Value isLast = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, item,
                                             places.constant(count - 1));
        end = arith::SelectOp::create(b, loc, isLast, places.constant(product.pixels), end);
      }
      loop(first, end, tile, [&](Value start) {
        // The last tile ends with the last pixel: some are computed twice, alike.
        pixel = places.smaller(start, places.constant(product.pixels - tile));
        compute();
      });
    });
    finishVectorKernel(kernel);
    return success();
  }

private:
  //===- operands ---------------------------------------------------------===//

  /// The memory of a tensor without a layout.
  FailureOr<Value> plain(Value tensor) { return packed(kernel, tensor, {}, "operands", b); }

  LogicalResult findOperands(FromListsOp lists) {
    auto planes = planesLayout(cast<RankedTensorType>(body.left().getType()));
    FailureOr<Value> left = packed(kernel, body.left(), planes, "left side of a product", b);
    FailureOr<Value> listed = plain(lists.getLists());
    if (failed(left) || failed(listed))
      return failure();
    input = flattenWords(b, loc, *left);
    list = *listed;
    auto asItIs = [](RankedTensorType) { return LayoutAttr(); };
    if (failed(readChannelNumbers(kernel, product::biasOf(body.anchor), body.requantize, asItIs, b,
                                  numbers)))
      return failure();
    FailureOr<Value> result =
        onlyResult(kernel, body.layout ? Value(body.layout.getResult()) : body.stored);
    if (failed(result))
      return failure();
    if (body.layout) {
      LayoutAttr layout = planesLayout(cast<RankedTensorType>(body.stored.getType()));
      if (body.layout.getLayout() != layout)
        return kernel.emitError() << "expected the result in the layout " << layout << ", got "
                                  << body.layout.getLayout();
    }
    output = flattenWords(b, loc, *result);
    return success();
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
  void compute() {
    int64_t perList = product.rowsOfList();
    int64_t step = width == 1 ? 4 : perList, whole = product.rows / step * step;
    loop(places.constant(0), places.constant(whole), step, [&](Value row) { channels(row, step); });
    if (whole != product.rows) // the second channel of the last list has no weights
      channels(places.constant(whole), product.rows - whole);
    if (!body.layout)
      turnWords(b, loc, {tileOut, places.constant(0), tile}, wordsOut, tile,
                {output, places.times(pixel, wordsOut), wordsOut}, lanes);
  }

  /// Where plane `word` of the result has the tile's pixels.
  Value planeOf(Value word) {
    return body.layout ? places.add(places.times(word, product.pixels), pixel)
                       : places.times(word, tile);
  }
  void store(Value values, Value base, int64_t v) {
    Value memory = body.layout ? output : tileOut;
    auto type = lanesOf(cast<MemRefType>(memory.getType()).getElementType());
    if (values.getType() != type)
      values = vector::BitCastOp::create(b, loc, type, values);
    vector::StoreOp::create(b, loc, values, memory, ValueRange(places.add(base, v * lanes)));
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
    Value base = planeOf(channel), added;
    if (numbers.bias && product.packed() == 1)
      added = broadcast(load(numbers.bias, channel));
    for (int64_t v = 0; v < vectors; ++v)
      store(added ? Value(arith::AddFOp::create(b, loc, sums[v], added)) : sums[v], base, v);
  }

  SmallVector<Value> rounded(ArrayRef<Value> sums, Value channel) {
    Value factor = numbers.scale ? load(numbers.scale, channel) : numbers.oneScale;
    SmallVector<Value> result;
    for (Value sum : sums)
      result.push_back(scaleAndRound(b, loc, sum, factor, body.requantize));
    return result;
  }

  /// Four channels: their bytes lie side by side for each pixel.
  void storeBytes(ArrayRef<SmallVector<Value>> channels, Value row) {
    Value base = planeOf(places.divide(row, 4));
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
      Value codes =
          NarrowOp::create(b, loc, bytes, four, numbers.zeroPoint, body.requantize.getIsSigned());
      codes = vector::ShuffleOp::create(b, loc, codes, codes, order);
      store(vector::BitCastOp::create(b, loc, lanesOf(b.getI32Type()), codes), base, v);
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
      start.append(vectors, numbers.bias && !isFloat && i < used
                                ? broadcast(load(numbers.bias, places.add(channel, i)))
                                : none);
    auto made = scf::ForOp::create(b, loc, entry(number), entry(places.add(number, 1)),
                                   places.constant(1 + perList), start);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(made.getBody());
    Value at = made.getInductionVar(), offset = places.add(pixel, entry(at));
    SmallVector<Value> weights, sums(perList * vectors);
    for (int64_t i = 0; i < perList; ++i)
      weights.push_back(broadcast(load(list, places.add(at, 1 + i))));
    Value signs;
    if (body.flip)
      signs = arith::ConstantOp::create(
          b, loc, SplatElementsAttr::get(lanesOf(b.getI32Type()), APInt(32, 0x80808080)));
    VectorType factors = isFloat ? type : VectorType::get({4 * lanes}, b.getI8Type());
    auto cast = [&](Value words) -> Value {
      return words.getType() == factors ? words : vector::BitCastOp::create(b, loc, factors, words);
    };
    auto read = lanesOf(mlir::cast<MemRefType>(input.getType()).getElementType());
    for (int64_t v = 0; v < vectors; ++v) {
      Value pixels =
          vector::LoadOp::create(b, loc, read, input, ValueRange(places.add(offset, v * lanes)));
      if (body.flip) // signed codes: x ^ 0x80
        pixels = arith::XOrIOp::create(b, loc, pixels, signs);
      pixels = cast(pixels);
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
  int64_t lanes, vectors = 0, tile = 0, count = 0, wordsOut = 0, width = 4;
  OpBuilder b;
  Places places;
  ChannelNumbers numbers;
  Value list, input, output, tileOut; ///< memory of one dimension
  Value pixel;                        ///< the first of the tile
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
    .resultLayout = resultLayout,
    .items = items,
    .skipsZeros = true,
};
