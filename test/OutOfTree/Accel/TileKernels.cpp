// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops over tiles: filters outside, then the lines of the output.
#include "AccelDialect.h"
#include "Passes.h"
#include "Product.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace accel {
#define GEN_PASS_DEF_TILEKERNELS
#include "Passes.h.inc"
} // namespace accel

using namespace accel;

namespace {

/// A counter times a number.
struct Term {
  Value counter;
  int64_t factor;
};

class KernelTiling {
public:
  KernelTiling(OpBuilder &b, Location loc, const Product &product, const Tiling &tiling)
      : b(b), loc(loc), p(product), t(tiling) {}

  void build() {
    image = tile(t.imageBytes(p), b.getI8Type());
    filter = tile(t.filterBytes(p), b.getI8Type());
    sums = tile(64, b.getI32Type());
    bool oneBlock = t.channelBlock == p.channels();
    loop(p.out.extents[0], 1, [&](Value n) {
      loop(p.filters(), 8, [&](Value f) {
        if (oneBlock)
          loadFilters(n, f, Value());
        loop(p.out.extents[1], 1, [&](Value y) {
          loop(p.out.extents[2], 8, [&](Value x) {
            startSums(f);
            loop(p.channels(), t.channelBlock, [&](Value c) {
              if (!oneBlock)
                loadFilters(n, f, c);
              loadImage(n, y, x, c);
              multiply();
            });
            StoreOp::create(b, loc, sums, p.outValue, ValueRange{n, y, x, f}, p.out.extents,
                            p.out.strides, ArrayRef<int64_t>{1, 1, 8, 8});
          });
        });
      });
    });
  }

private:
  using Body = llvm::function_ref<void(Value)>;

  Value tile(int64_t elements, Type type) {
    auto memory =
        MemRefType::get({elements}, type, MemRefLayoutAttrInterface(), b.getI64IntegerAttr(1));
    return memref::AllocOp::create(b, loc, memory);
  }
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }

  /// A loop of one round is none.
  void loop(int64_t size, int64_t step, Body body) {
    if (size <= step)
      return body(constant(0));
    auto made = scf::ForOp::create(b, loc, constant(0), constant(size), constant(step));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(made.getBody());
    body(made.getInductionVar());
  }

  Value sum(ArrayRef<Term> terms, int64_t rest) {
    AffineExpr expression = b.getAffineConstantExpr(rest);
    SmallVector<Value> counters;
    for (const Term &term : terms)
      if (term.counter && !isConstantIntValue(term.counter, 0)) {
        expression = expression + b.getAffineDimExpr(counters.size()) * term.factor;
        counters.push_back(term.counter);
      }
    if (counters.empty())
      return constant(rest);
    return affine::AffineApplyOp::create(b, loc, AffineMap::get(counters.size(), 0, expression),
                                         counters);
  }

  void startSums(Value f) {
    if (!p.biasValue) {
      FillOp::create(b, loc, 0, sums);
      return;
    }
    LoadOp::create(b, loc, p.biasValue, ValueRange{constant(0), f},
                   ArrayRef<int64_t>{8, p.filters()}, ArrayRef<int64_t>{0, p.biasStride},
                   ArrayRef<int64_t>{8, 8}, ArrayRef<int64_t>{1, 1}, 0, sums);
  }

  // Channels behind the last one get the zero point: their products are 0,
  // whatever the image's tile has there.
  void loadFilters(Value n, Value f, Value c) {
    SmallVector<int64_t> extents = p.filter.extents, strides = p.filter.strides;
    SmallVector<int64_t> box = {1, 8, p.tapsY(), p.tapsX(), t.runBytes};
    if (t.joined) {
      extents[4] *= p.tapsX();
      extents[3] = box[3] = 1;
    }
    Value zero = constant(0);
    LoadOp::create(b, loc, p.filterValue, ValueRange{n, f, zero, zero, c ? c : zero}, extents,
                   strides, box, SmallVector<int64_t>(5, 1), p.filterZero, filter);
  }

  void loadImage(Value n, Value y, Value x, Value c) {
    Value line = sum({{y, p.strideY}}, -p.lowY), pixel = sum({{x, p.strideX}}, -p.lowX);
    LoadOp::create(b, loc, p.imageValue, ValueRange{n, line, pixel, c}, p.image.extents,
                   p.image.strides, ArrayRef<int64_t>{1, p.tapsY(), t.pixels, t.channelBlock},
                   ArrayRef<int64_t>{1, p.dilationY, 1, 1}, p.imageZero, image);
  }

  void multiply() {
    int64_t filterStride = p.tapsY() * t.runs * t.runBytes;
    loop(p.tapsY(), 1, [&](Value line) {
      loop(t.runs, 1, [&](Value run) {
        loop(t.runBytes, 16, [&](Value k) {
          Value left = sum(
              {{line, t.pixels * t.channelBlock}, {run, p.dilationX * t.channelBlock}, {k, 1}}, 0);
          Value right = sum({{line, t.runs * t.runBytes}, {run, t.runBytes}, {k, 1}}, 0);
          MultiplyOp::create(b, loc, image, left, p.strideX * t.channelBlock, filter, right,
                             filterStride, ArrayRef<int64_t>{p.imageZero, p.filterZero}, sums,
                             p.imageSigned, p.filterSigned);
        });
      });
    });
  }

  OpBuilder &b;
  Location loc;
  const Product &p;
  const Tiling &t;
  Value image, filter, sums;
};

LogicalResult tileKernel(func::FuncOp kernel) {
  Block &body = kernel.getBody().front();
  Operation *anchor = nullptr;
  for (Operation &op : body)
    if (isa<pith::ConvOp, pith::MatmulOp>(op))
      anchor = &op;
  auto store = anchor && anchor->hasOneUse()
                   ? dyn_cast<bufferization::MaterializeInDestinationOp>(*anchor->user_begin())
                   : bufferization::MaterializeInDestinationOp();
  if (!store)
    return kernel.emitError("expected a convolution or product alone");
  Product product;
  if (std::string refusal = Product::read(anchor, product); !refusal.empty())
    return kernel.emitError(refusal);
  auto memoryOf = [](Value &value) {
    if (value)
      value = value.getDefiningOp<bufferization::ToTensorOp>().getBuffer();
  };
  for (Value *value : {&product.imageValue, &product.filterValue, &product.biasValue}) {
    if (*value && !value->getDefiningOp<bufferization::ToTensorOp>())
      return kernel.emitError("expected operands in memory");
    memoryOf(*value);
  }
  product.outValue = store.getDest();
  auto strides = cast<MemRefType>(product.outValue.getType()).getStridesAndOffset().first;
  if (isa<pith::ConvOp>(anchor))
    product.out.strides = strides;
  else
    for (auto [dim, stride] : llvm::enumerate(llvm::reverse(strides)))
      product.out.strides[dim < 2 ? 3 - dim : 0] = stride;
  std::optional<Tiling> tiling = Tiling::choose(product);
  OpBuilder b(body.getTerminator());
  KernelTiling(b, anchor->getLoc(), product, *tiling).build();
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (isa<bufferization::MaterializeInDestinationOp>(op) ||
        llvm::any_of(op.getResultTypes(), llvm::IsaPred<TensorType>))
      op.erase();
  return success();
}

struct TileKernels : accel::impl::TileKernelsBase<TileKernels> {
  using Base::Base;
  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<func::FuncOp>()) {
      auto row = kernel->getAttrOfType<pith::KernelAttr>(pith::kernelAttrName);
      if (row && row.getRow().starts_with(rowPrefix) && !kernel.isDeclaration() &&
          failed(tileKernel(kernel)))
        return signalPassFailure();
    }
  }
};
} // namespace
