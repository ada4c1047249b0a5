// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a skeleton that computes an anchor itself asks of the element engine.
#include "lib/Kernels/Nest/Elements.h"
#include "gtest/gtest.h"
#include "pith/Support/Dialects.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;
using namespace pith;
using namespace pith::nest;

static constexpr char kernelText[] = R"(
func.func private @k(%x: memref<4x8xi8>, %w: memref<8x40xi8>, %m: memref<40xf32>, %o: memref<4x40xi8>,
                     %begin: index, %end: index, %scratch: memref<?xi8>) {
  %0 = bufferization.to_tensor %x restrict : memref<4x8xi8> to tensor<4x8xi8>
  %1 = bufferization.to_tensor %w restrict : memref<8x40xi8> to tensor<8x40xi8>
  %2 = bufferization.to_tensor %m restrict : memref<40xf32> to tensor<40xf32>
  %3 = pith.matmul %0, %1 {accumulator = i32} : tensor<4x8xi8>, tensor<8x40xi8> -> tensor<4x40xi32>
  %4 = pith.requantize %3 scale(%2 : tensor<40xf32>) : tensor<4x40xi32> -> tensor<4x40xi8>
  bufferization.materialize_in_destination %4 in restrict writable %o : (tensor<4x40xi8>, memref<4x40xi8>) -> ()
  return
})";

class ElementsTest : public testing::Test {
protected:
  ElementsTest() {
    DialectRegistry registry;
    registerDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadDialect<arith::ArithDialect, math::MathDialect, memref::MemRefDialect,
                        scf::SCFDialect, vector::VectorDialect>();
    module = parseSourceString<ModuleOp>(kernelText, &context);
    kernel = *module->getOps<func::FuncOp>().begin();
  }

  template <typename Op> unsigned number() {
    unsigned count = 0;
    kernel.walk([&](Op) { ++count; });
    return count;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp kernel;
};

TEST_F(ElementsTest, an_epilogue_takes_the_accumulators_of_a_skeleton) {
  Elements elements(&kernel.getBody().front(), kernel.getLoc(), {512, 32});
  auto product = *kernel.getOps<MatmulOp>().begin();
  auto store = *kernel.getOps<bufferization::MaterializeInDestinationOp>().begin();
  Scopes &scopes = elements.scopes;
  unsigned asked = 0;
  elements.bind(product.getResult(), [&](ArrayRef<Index> at) -> Value {
    ++asked;
    auto type = VectorType::get(16, IntegerType::get(&context, 32));
    return arith::ConstantOp::create(scopes.builder, scopes.loc,
                                     DenseElementsAttr::get(type, int32_t(7)));
  });
  // Two rows of the last, partial vector: eight channels.
  Index column = scopes.space.lanes(16, 8) + 32;
  for (int64_t row : {1, 2}) {
    Indices at{scopes.space.constant(row), column};
    Value value = elements.vectorAt(store.getSource(), at);
    EXPECT_EQ(value.getType(), VectorType::get(16, IntegerType::get(&context, 8)));
    elements.store(value, store.getDest(), at);
  }
  EXPECT_EQ(scopes.refusal(), "");
  EXPECT_EQ(asked, 2u);
  EXPECT_EQ(number<vector::LoadOp>(), 1u); // the scale, once
  EXPECT_EQ(number<vector::StoreOp>(), 2u);
  EXPECT_TRUE(succeeded(verify(*module)));
}

TEST_F(ElementsTest, a_column_is_refused) {
  Elements elements(&kernel.getBody().front(), kernel.getLoc(), {512, 32});
  auto product = *kernel.getOps<MatmulOp>().begin();
  Index row = elements.scopes.space.lanes(4, 4);
  elements.vectorAt(product.getLhs(), {row, elements.scopes.space.constant(0)});
  EXPECT_EQ(elements.scopes.refusal(), "elements that are far apart in memory");
}
