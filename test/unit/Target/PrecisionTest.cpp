// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is made of a table: a target with rows of every kind, on two CPUs.
#include "pith/Target/Precision.h"
#include "gtest/gtest.h"
#include "mlir/IR/MLIRContext.h"

using namespace mlir;
using namespace pith;
using llvm::StringRef;

namespace {
constexpr StringRef matmul[] = {"pith.matmul"};
constexpr CpuVariant cpus[] = {{"small", "small", "+mul", ""}, {"large", "large", "+mul,+dot", ""}};

const KernelRow rows[] = {
    {.name = "t.nest", .anchors = matmul, .before = Fusion::Decode},
    {.name = "t.mul",
     .anchors = matmul,
     .lhs = Number::S16,
     .rhs = Number::S16,
     .needs = "+mul",
     .atom = {"mulw", 8, 2}},
    {.name = "t.dot",
     .anchors = matmul,
     .lhs = Number::U8,
     .rhs = Number::S8,
     .needs = "+mul,+dot",
     .atom = {"dotb", 8, 4},
     .before = Fusion::Decode},
    {.name = "t.pairs",
     .anchors = matmul,
     .lhs = Number::U8,
     .rhs = Number::S8,
     .needs = "+dot",
     .atom = {"pairb", 8, 4},
     .exact = Exactness::IfProved},
    {.name = "t.sparse",
     .anchors = matmul,
     .lhs = Number::U8,
     .rhs = Number::S8,
     .needs = "+dot",
     .atom = {"dotb", 8, 4},
     .sparsity = Sparsity::Block1x4},
    {.name = "t.bf16",
     .anchors = matmul,
     .lhs = Number::BF16,
     .rhs = Number::BF16,
     .needs = "+dot",
     .atom = {"dotbf", 8, 2},
     .exact = Exactness::No},
};

struct TableTarget : Target {
  StringRef name() const override { return "table"; }
  llvm::ArrayRef<KernelRow> kernels() const override { return rows; }
  void buildLowering(OpPassManager &) const override {}
  llvm::ArrayRef<StringRef> triples() const override { return {}; }
  llvm::ArrayRef<CpuVariant> variants() const override { return cpus; }
  TargetAttr resolve(MLIRContext *context, StringRef triple, StringRef cpu,
                     StringRef) const override {
    const CpuVariant &found = cpu == "small" ? cpus[0] : cpus[1];
    return TargetAttr::get(context, "table", triple, found.cpu, found.features);
  }
};

struct PrecisionTest : testing::Test {
  PrecisionTest() { context.loadDialect<PithDialect>(); }

  std::string ask(StringRef cpu, Precision precision) {
    return precisionSupport(target, target.resolve(&context, "", cpu, ""), precision).describe();
  }

  MLIRContext context;
  TableTarget target;
};

TEST_F(PrecisionTest, IsWhatTheRowsOfTheCpuHave) {
  EXPECT_EQ(ask("small", Precision::Int8), "mulw");
  EXPECT_EQ(ask("large", Precision::Int8), "mulw, dotb, pairb (if proved)");
  EXPECT_EQ(ask("large", Precision::BF16), "dotbf (--fast-float)");
  EXPECT_EQ(ask("large", Precision::Sparse), "dotb (1x4)");
}

TEST_F(PrecisionTest, RowsWithoutInstructionCountForNothing) {
  EXPECT_EQ(ask("small", Precision::Int4), "emulated");
  EXPECT_EQ(ask("large", Precision::F32), "emulated");
}

TEST_F(PrecisionTest, FourBitsNeedUnpackingInTheKernel) {
  EXPECT_EQ(ask("large", Precision::Int4), "dotb");
}

TEST_F(PrecisionTest, NamesTheCpusThatWouldDo) {
  TargetAttr small = target.resolve(&context, "", "small", "");
  PrecisionSupport support = precisionSupport(target, small, Precision::BF16);
  EXPECT_FALSE(support.isNative());
  ASSERT_EQ(support.cpus.size(), 1u);
  EXPECT_EQ(support.cpus.front(), "large");
}

TEST(PrecisionNames, GoBothWays) {
  for (Precision precision : allPrecisions())
    EXPECT_EQ(precisionByName(name(precision)), precision);
  EXPECT_FALSE(precisionByName("int3"));
}
} // namespace
