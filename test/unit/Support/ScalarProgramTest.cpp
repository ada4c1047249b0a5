// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The evaluator's numbers, each from the definition of the operation.
#include "lib/Support/ScalarProgram.h"
#include "gtest/gtest.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace pith;

namespace {

class ScalarProgramTest : public ::testing::Test {
protected:
  ScalarProgramTest() {
    context.loadDialect<arith::ArithDialect, func::FuncDialect, math::MathDialect>();
  }

  /// The body of a function in text, compiled.
  std::optional<ScalarProgram> compile(StringRef arguments, StringRef body, StringRef type) {
    std::string text = ("func.func @f(" + arguments + ") -> " + type + " {" + body + "}").str();
    module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(bool(module)) << text;
    auto function = cast<func::FuncOp>(module->getBody()->front());
    return ScalarProgram::compile(function.getBody().front());
  }

  /// `op %a[, %b[, %c]]` on the given bits; nothing where there is no value.
  std::optional<uint64_t> compute(StringRef op, StringRef type, ArrayRef<uint64_t> operands,
                                  StringRef from = "") {
    std::string arguments, names;
    for (size_t i = 0; i < operands.size(); ++i) {
      std::string name = "%" + std::string(1, char('a' + i));
      arguments += (i ? ", " : "") + name + ": " + (from.empty() ? type : from).str();
      names += (i ? ", " : "") + name;
    }
    std::string types = from.empty() ? type.str() : (from + " to " + type).str();
    std::string body =
        ("%r = " + op + " " + names + " : " + types + "\n return %r : " + type).str();
    std::optional<ScalarProgram> program = compile(arguments, body, type);
    if (!program)
      return std::nullopt;
    for (auto [i, bits] : llvm::enumerate(operands))
      program->setArgument(i, bits);
    if (failed(program->run(1)))
      return std::nullopt;
    return program->output(0)[0];
  }
  std::optional<float> real(StringRef op, ArrayRef<float> operands) {
    SmallVector<uint64_t> in;
    for (float value : operands)
      in.push_back(llvm::bit_cast<uint32_t>(value));
    std::optional<uint64_t> bits = compute(op, "f32", in);
    return bits ? std::optional(llvm::bit_cast<float>(uint32_t(*bits))) : std::nullopt;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

constexpr float inf = HUGE_VALF;

TEST_F(ScalarProgramTest, rounds_ties_to_even) {
  const float pairs[][2] = {{0.5f, 0.0f},
                            {1.5f, 2.0f},
                            {2.5f, 2.0f},
                            {-0.5f, -0.0f},
                            {-1.5f, -2.0f},
                            {0x1.fffffep-2f, 0.0f},
                            {8388609.0f, 8388609.0f}};
  for (auto [in, out] : pairs) {
    std::optional<float> result = real("math.roundeven", in);
    EXPECT_EQ(result, out);
    EXPECT_EQ(std::signbit(*result), std::signbit(out));
  }
  EXPECT_EQ(real("math.round", -2.5f), -3.0f);
}

TEST_F(ScalarProgramTest, fma_rounds_once) {
  float a = 1 + 0x1p-12f, rounded = 1 + 0x1p-11f;
  EXPECT_EQ(real("arith.mulf", {a, a}), rounded);
  EXPECT_EQ(real("math.fma", {a, a, -rounded}), 0x1p-24f);
}

TEST_F(ScalarProgramTest, extremes_know_nan_and_the_sign_of_zero) {
  float nan = std::nanf("");
  EXPECT_TRUE(std::isnan(*real("arith.maximumf", {nan, 1.0f})));
  EXPECT_TRUE(std::isnan(*real("arith.minimumf", {1.0f, nan})));
  EXPECT_EQ(real("arith.maxnumf", {nan, 1.0f}), 1.0f);
  EXPECT_EQ(real("arith.minnumf", {1.0f, nan}), 1.0f);
  EXPECT_FALSE(std::signbit(*real("arith.maximumf", {-0.0f, 0.0f})));
  EXPECT_TRUE(std::signbit(*real("arith.minimumf", {0.0f, -0.0f})));
}

TEST_F(ScalarProgramTest, divides_truly) {
  EXPECT_EQ(real("arith.divf", {1.0f, 3.0f}), 1.0f / 3.0f);
  EXPECT_EQ(real("arith.divf", {1.0f, -0.0f}), -inf);
  // A NaN has one spelling, whatever the machine's is.
  EXPECT_EQ(compute("arith.divf", "f32", {0, 0}), 0x7FC00000u);
}

TEST_F(ScalarProgramTest, compares_in_order_and_out_of_order) {
  uint64_t one = llvm::bit_cast<uint32_t>(1.0f), nan = 0x7FC00000;
  struct Row {
    const char *predicate;
    bool equal, nans;
  };
  for (Row row : {Row{"oeq", true, false}, Row{"oge", true, false}, Row{"olt", false, false},
                  Row{"one", false, false}, Row{"ord", true, false}, Row{"ueq", true, true},
                  Row{"ult", false, true}, Row{"uge", true, true}, Row{"une", false, true},
                  Row{"uno", false, true}}) {
    std::string body =
        std::string("%r = arith.cmpf ") + row.predicate + ", %a, %b : f32\n return %r : i1";
    std::optional<ScalarProgram> program = compile("%a: f32, %b: f32", body, "i1");
    ASSERT_TRUE(program);
    const uint64_t a[] = {one, one}, b[] = {one, nan};
    program->setArgument(0, a);
    program->setArgument(1, b);
    ASSERT_TRUE(succeeded(program->run(2)));
    EXPECT_EQ(program->output(0)[0], row.equal) << row.predicate;
    EXPECT_EQ(program->output(0)[1], row.nans) << row.predicate;
  }
}

TEST_F(ScalarProgramTest, integers_wrap_at_their_width) {
  EXPECT_EQ(compute("arith.addi", "i8", {200, 100}), 44u);
  EXPECT_EQ(compute("arith.subi", "i8", {1, 2}), 255u);
  EXPECT_EQ(compute("arith.muli", "i16", {300, 300}), 90000u & 0xFFFF);
  EXPECT_EQ(compute("arith.maxsi", "i8", {0x80, 1}), 1u);
  EXPECT_EQ(compute("arith.maxui", "i8", {0x80, 1}), 0x80u);
  EXPECT_EQ(compute("arith.shrsi", "i8", {0x80, 3}), 0xF0u);
  EXPECT_EQ(compute("arith.shrui", "i8", {0x80, 3}), 0x10u);
  EXPECT_EQ(compute("arith.floordivsi", "i32", {uint32_t(-7), 2}), uint32_t(-4));
  EXPECT_EQ(compute("arith.divsi", "i32", {uint32_t(-7), 2}), uint32_t(-3));
}

TEST_F(ScalarProgramTest, what_has_no_value_fails) {
  EXPECT_EQ(compute("arith.divsi", "i32", {1, 0}), std::nullopt);
  EXPECT_EQ(compute("arith.divsi", "i8", {0x80, 0xFF}), std::nullopt);
  EXPECT_EQ(compute("arith.remui", "i32", {1, 0}), std::nullopt);
  EXPECT_EQ(compute("arith.shli", "i8", {1, 8}), std::nullopt);
  auto convert = [&](StringRef op, float value) {
    return compute(op, "i8", uint64_t(llvm::bit_cast<uint32_t>(value)), "f32");
  };
  EXPECT_EQ(convert("arith.fptosi", 127.9f), 127u);
  EXPECT_EQ(convert("arith.fptosi", 128.0f), std::nullopt);
  EXPECT_EQ(convert("arith.fptosi", -128.5f), 128u);
  EXPECT_EQ(convert("arith.fptoui", 255.5f), 255u);
  EXPECT_EQ(convert("arith.fptoui", -1.0f), std::nullopt);
  EXPECT_EQ(convert("arith.fptosi", std::nanf("")), std::nullopt);
}

TEST_F(ScalarProgramTest, conversions_round_once) {
  EXPECT_EQ(compute("arith.sitofp", "f32", {0x1000001}, "i32"),
            llvm::bit_cast<uint32_t>(16777216.0f));
  EXPECT_EQ(compute("arith.sitofp", "f32", {0xFF}, "i8"), llvm::bit_cast<uint32_t>(-1.0f));
  EXPECT_EQ(compute("arith.uitofp", "f32", {0xFF}, "i8"), llvm::bit_cast<uint32_t>(255.0f));
  // To f32 first, this would be a tie, and go to even.
  double above = 1 + 0x1p-11 + 0x1p-40;
  EXPECT_EQ(compute("arith.truncf", "f16", {llvm::bit_cast<uint64_t>(above)}, "f64"), 0x3C01u);
  EXPECT_EQ(compute("arith.extf", "f32", {0x3C01}, "f16"), llvm::bit_cast<uint32_t>(1 + 0x1p-10f));
  EXPECT_EQ(compute("arith.extf", "f32", {0x3F81}, "bf16"), 0x3F810000u);
}

TEST_F(ScalarProgramTest, elementary_functions_are_refused) {
  EXPECT_FALSE(compile("%a: f32", "%r = math.exp %a : f32\n return %r : f32", "f32"));
  // A sum of f16 products may need more bits than f32 has.
  EXPECT_FALSE(compile("%a: f16", "%r = math.fma %a, %a, %a : f16\n return %r : f16", "f16"));
}

TEST_F(ScalarProgramTest, keys_tell_constants_apart) {
  auto key = [&](StringRef number) {
    std::string body = ("%c = arith.constant " + number +
                        " : f32\n %r = arith.addf %a, %c : f32\n return %r : f32")
                           .str();
    return compile("%a: f32", body, "f32")->key();
  };
  EXPECT_EQ(key("1.0"), key("1.0"));
  EXPECT_NE(key("1.0"), key("2.0"));
}

} // namespace
