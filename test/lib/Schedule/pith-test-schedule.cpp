// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pith-opt with one more target, `test`: rows (Kernels.def) whose kernels are
// lowered by the nest, so that what schedule makes of them can be run.
#include "pith/Kernels/Sparse.h"
#include "pith/Pipeline/Compiler.h"
#include "pith/Target/AllTargets.h"
#include "pith/Target/Lowering.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace pith;

namespace {

RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

Operation *productIn(GroupOp group) {
  for (Operation &op : group.getBody().front())
    if (isa<ConvOp, MatmulOp>(op))
      return &op;
  return nullptr;
}

std::string refuses(GroupOp group, const KernelRow &, const VectorUnit &) {
  auto conv = dyn_cast<ConvOp>(productIn(group));
  return conv && conv.getGroups() != 1 ? "computes one group of channels" : "";
}

/// The tile with more rows is for results with many of them.
Plan choose(GroupOp group, const KernelRow &row, const VectorUnit &) {
  RankedTensorType type = tensorOf(productIn(group)->getResult(0));
  double elements = double(type.getNumElements());
  bool many = elements / double(type.getShape().back()) > 16;
  return {row.tiles[many ? 0 : 1], elements / row.atom.lanes * row.cost.perAtom};
}

/// Adds what is missing to a multiple of four.
int64_t missing(int64_t size) { return int64_t(llvm::alignTo(size, 4)) - size; }

/// Blocks of four by four of the last dimension and of `channels`, channels outside.
LayoutAttr packed(RankedTensorType type, int64_t channels, bool channelsLast) {
  int64_t rank = type.getRank(), depth = channelsLast ? rank - 2 : rank - 1;
  SmallVector<int64_t> low(rank, 0), high(rank, 0), shape, order, place(rank);
  high[channels] = missing(type.getDimSize(channels));
  high[depth] = missing(type.getDimSize(depth));
  for (int64_t dim = 0; dim < rank; ++dim) {
    place[dim] = int64_t(shape.size());
    int64_t size = type.getDimSize(dim) + high[dim];
    if (dim == channels || dim == depth)
      shape.append({size / 4, 4});
    else
      shape.push_back(size);
  }
  for (int64_t dim = 0; dim < rank; ++dim)
    order.push_back(place[dim]);
  order.append({place[channels] + 1, place[depth] + 1});
  return LayoutAttr::get(type.getContext(), low, high, shape, order);
}

LayoutAttr perChannel(RankedTensorType type) {
  int64_t high = missing(type.getDimSize(0));
  return LayoutAttr::get(type.getContext(), {0}, {high}, {(type.getDimSize(0) + high) / 4, 4},
                         {1, 0});
}

/// The halo, and one column more; weights in blocks; numbers for each channel in
/// an order of their own.
SmallVector<LayoutAttr> layouts(GroupOp group, const KernelRow &, Tile, const VectorUnit &) {
  SmallVector<LayoutAttr> result(group.getInputs().size());
  auto set = [&](Value value, llvm::function_ref<LayoutAttr(RankedTensorType)> layout) {
    if (auto argument = dyn_cast_or_null<BlockArgument>(value))
      result[argument.getArgNumber()] = layout(tensorOf(argument));
  };
  Operation *op = productIn(group);
  if (auto conv = dyn_cast<ConvOp>(op)) {
    Value image = conv.getInput();
    if (auto flip = image.getDefiningOp<MapOp>())
      image = flip.getInputs().front();
    set(image, [&](RankedTensorType type) {
      SmallVector<int64_t> low(type.getRank(), 0), high(type.getRank(), 0);
      llvm::copy(conv.getLow(), low.begin() + 1);
      llvm::copy(conv.getHigh(), high.begin() + 1);
      ++high[type.getRank() - 2];
      return LayoutAttr::get(type.getContext(), low, high);
    });
    set(conv.getFilter(), [](RankedTensorType type) { return packed(type, 0, false); });
    set(conv.getBias(), perChannel);
  } else {
    auto matmul = cast<MatmulOp>(op);
    bool transposed = matmul.getTransposeRhs();
    set(matmul.getRhs(), [&](RankedTensorType type) {
      return packed(type, type.getRank() - (transposed ? 2 : 1), !transposed);
    });
    set(matmul.getBias(), perChannel);
  }
  int64_t channels = tensorOf(op->getResult(0)).getShape().back();
  for (auto requantize : group.getBody().front().getOps<RequantizeOp>())
    if (tensorOf(requantize.getScale()).getShape() == ArrayRef<int64_t>{channels})
      set(requantize.getScale(), perChannel);
  return result;
}

/// Of the result's first dimension.
int64_t items(GroupOp group, const KernelRow &, Tile, const VectorUnit &) {
  return tensorOf(group.getOutputs().front()).getDimSize(0);
}

LogicalResult lower(func::FuncOp kernel, const KernelRow &row, const VectorUnit &unit) {
  return skeletons::nest.lower(kernel, row, unit);
}

const Skeleton blocks{.name = "blocks",
                      .lower = lower,
                      .refuses = refuses,
                      .choose = choose,
                      .layouts = layouts,
                      .items = items};

/// Columns outside.
LayoutAttr byColumns(RankedTensorType type) {
  if (type.getRank() != 2)
    return {};
  return LayoutAttr::get(type.getContext(), {0, 0}, {0, 0}, type.getShape(), {1, 0});
}

/// A skeleton that reads its left side by columns, and can store its result so.
SmallVector<LayoutAttr> leftByColumns(GroupOp group, const KernelRow &, Tile, const VectorUnit &) {
  SmallVector<LayoutAttr> result(group.getInputs().size());
  if (auto left = dyn_cast<BlockArgument>(productIn(group)->getOperand(0)))
    result[left.getArgNumber()] = byColumns(tensorOf(left));
  return result;
}

LayoutAttr resultByColumns(GroupOp group, const KernelRow &, Tile, const VectorUnit &) {
  return byColumns(tensorOf(group.getOutputs().front()));
}

const Skeleton columns{
    .name = "columns", .lower = lower, .layouts = leftByColumns, .resultLayout = resultByColumns};
/// Cycles for whole vectors of channels.
Plan chooseByVectors(GroupOp group, const KernelRow &row, const VectorUnit &) {
  ArrayRef<int64_t> shape = tensorOf(productIn(group)->getResult(0)).getShape();
  int64_t vectors = int64_t(llvm::divideCeil(shape.back(), row.atom.lanes));
  return {{}, double(ShapedType::getNumElements(shape.drop_back()) * vectors)};
}

const Skeleton vectors{.name = "vectors", .lower = lower, .choose = chooseByVectors};

/// A loop nest that can write to parts of tensors, and read them.
const Skeleton parts = {.name = "parts",
                        .lower = lower,
                        .storesParts = [](GroupOp, int64_t, const VectorUnit &) { return true; },
                        .readsParts = [](GroupOp, const VectorUnit &) { return true; }};

/// One whose first operand may have padding of two elements at most.
const Skeleton padded = {.name = "padded",
                         .lower = lower,
                         .readsPadded = [](GroupOp, unsigned operand, LayoutAttr padding,
                                           const KernelRow &, Tile, const VectorUnit &) {
                           return operand == 0 &&
                                  llvm::all_of(padding.getHigh(), [](int64_t n) { return n <= 2; });
                         }};

/// The proof that rows may ask for: sums of few products are small.
std::string unproved(GroupOp group, const KernelRow &) {
  auto matmul = dyn_cast<MatmulOp>(productIn(group));
  return matmul && tensorOf(matmul.getLhs()).getShape().back() <= 2 ? "" : "a sum may be too large";
}

constexpr llvm::StringRef products[] = {"pith.conv", "pith.matmul"},
                          any[] = {"pith.conv",      "pith.matmul",
                                   "pith.pool",      "pith.reduce",
                                   "pith.softmax",   "pith.norm",
                                   "pith.lookup",    "pith.map",
                                   "linalg.generic", "pith.dynamic_quantize"},
                          frames[] = {"pith.frame"}, maps[] = {"pith.map"};
constexpr Tile tiles[] = {{4, 1}, {1, 4}};
constexpr Fusion Movement = Fusion::Movement, Map = Fusion::Map, Decode = Fusion::Decode;

constexpr Number U8 = Number::U8, S8 = Number::S8, S16 = Number::S16, S32 = Number::S32,
                 F32 = Number::F32;

#define PITH_KERNEL(row, ...) KernelRow{.name = "test." #row, __VA_ARGS__},
const KernelRow rows[] = {
#include "test/lib/Schedule/Kernels.def"
};
#undef PITH_KERNEL

constexpr llvm::StringRef triple[] = {"x86_64-unknown-linux-gnu"};

class TestTarget : public Target {
public:
  llvm::StringRef name() const override { return "test"; }
  llvm::ArrayRef<KernelRow> kernels() const override { return rows; }
  llvm::ArrayRef<llvm::StringRef> triples() const override { return triple; }
  void buildLowering(OpPassManager &) const override {}
  TargetAttr resolve(MLIRContext *, llvm::StringRef, llvm::StringRef,
                     llvm::StringRef) const override {
    return {};
  }
};

} // namespace

int main(int argc, char **argv) {
  registerAllTargets(TargetRegistry::global());
  TargetRegistry::global().add(std::make_unique<TestTarget>());
  DialectRegistry registry;
  registerEverything(registry);
  return asMainReturnCode(MlirOptMain(argc, argv, "pith-opt with a target of tests\n", registry));
}
