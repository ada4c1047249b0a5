// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops over columns, one for each operation and kind of number. f32 and f64
// are the host's, whose operations round once; narrower floats are computed in
// f32 and rounded again, which for + - * / and sqrt is what one rounding gives
// (24 bits are at least twice theirs and two).
#include "lib/Support/ScalarKernels.h"
#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace pith;
using Step = ScalarProgram::Step;
using Kernel = Step::Kernel;

//===- floats -------------------------------------------------------------===//

namespace {
struct Single {
  explicit Single(const llvm::fltSemantics *) {}
  float load(uint64_t bits) const { return llvm::bit_cast<float>(uint32_t(bits)); }
  // The sign and payload of a NaN differ between machines; no result depends on
  // them, and a constant must not either.
  uint64_t store(float value) const {
    return value == value ? llvm::bit_cast<uint32_t>(value) : 0x7FC00000;
  }
  uint64_t store(double value) const { return store(float(value)); }
};

struct Double {
  explicit Double(const llvm::fltSemantics *) {}
  double load(uint64_t bits) const { return llvm::bit_cast<double>(bits); }
  uint64_t store(double value) const {
    return value == value ? llvm::bit_cast<uint64_t>(value) : 0x7FF8000000000000;
  }
};

/// 16 bits or fewer.
struct Narrow {
  const llvm::fltSemantics *format;
  explicit Narrow(const llvm::fltSemantics *format) : format(format) {}
  float load(uint64_t bits) const {
    APFloat number(*format, APInt(APFloat::getSizeInBits(*format), bits));
    bool inexact;
    (void)number.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &inexact);
    return number.convertToFloat();
  }
  uint64_t store(double value) const {
    bool inexact;
    APFloat number = value == value ? APFloat(value) : APFloat::getNaN(APFloat::IEEEdouble());
    (void)number.convert(*format, APFloat::rmNearestTiesToEven, &inexact);
    return number.bitcastToAPInt().getZExtValue();
  }
};
} // namespace

using Lanes = const uint64_t *const *;

template <typename T, auto f>
static LogicalResult unaryFloat(const Step &step, uint64_t *out, Lanes in, int64_t cases) {
  T type(step.format);
  for (int64_t i = 0; i < cases; ++i)
    out[i] = type.store(f(type.load(in[0][i])));
  return success();
}

template <typename T, auto f>
static LogicalResult binaryFloat(const Step &step, uint64_t *out, Lanes in, int64_t cases) {
  T type(step.format);
  for (int64_t i = 0; i < cases; ++i)
    out[i] = type.store(f(type.load(in[0][i]), type.load(in[1][i])));
  return success();
}

template <typename T>
static LogicalResult fma(const Step &step, uint64_t *out, Lanes in, int64_t cases) {
  T type(step.format);
  for (int64_t i = 0; i < cases; ++i)
    out[i] = type.store(std::fma(type.load(in[0][i]), type.load(in[1][i]), type.load(in[2][i])));
  return success();
}

/// The bit of `mode` that two numbers stand for.
template <typename V> static unsigned outcome(V a, V b) {
  return a == b ? 1 : a > b ? 2 : a < b ? 4 : 8;
}

template <typename T>
static LogicalResult compareFloat(const Step &step, uint64_t *out, Lanes in, int64_t cases) {
  T type(step.format);
  for (int64_t i = 0; i < cases; ++i)
    out[i] = (step.mode & outcome(type.load(in[0][i]), type.load(in[1][i]))) != 0;
  return success();
}

template <typename T, typename U>
static LogicalResult convertFloat(const Step &step, uint64_t *out, Lanes in, int64_t cases) {
  T from(step.format);
  U to(step.toFormat);
  for (int64_t i = 0; i < cases; ++i)
    out[i] = to.store(double(from.load(in[0][i])));
  return success();
}

template <typename T, bool isSigned>
static LogicalResult toInteger(const Step &step, uint64_t *out, Lanes in, int64_t cases) {
  T type(step.format);
  double end = std::ldexp(1.0, step.toWidth - (isSigned ? 1 : 0)), begin = isSigned ? -end : 0.0;
  uint64_t mask = llvm::maskTrailingOnes<uint64_t>(step.toWidth);
  bool inside = true;
  for (int64_t i = 0; i < cases; ++i) {
    double value = std::trunc(double(type.load(in[0][i])));
    bool fits = value >= begin && value < end;
    inside &= fits;
    value = fits ? value : 0;
    out[i] = (isSigned ? uint64_t(int64_t(value)) : uint64_t(value)) & mask;
  }
  return success(inside);
}

static int64_t extend(uint64_t bits, unsigned width) { return llvm::SignExtend64(bits, width); }

template <typename T, bool isSigned>
static LogicalResult fromInteger(const Step &step, uint64_t *out, Lanes in, int64_t cases) {
  T type(step.toFormat);
  using Value = decltype(type.load(0));
  for (int64_t i = 0; i < cases; ++i)
    out[i] = type.store(isSigned ? Value(extend(in[0][i], step.width)) : Value(in[0][i]));
  return success();
}

//===- bits ---------------------------------------------------------------===//

/// `f` gives any 64 bits, of which those of the result's width are kept.
template <auto f>
static LogicalResult unaryBits(const Step &step, uint64_t *out, Lanes in, int64_t cases) {
  uint64_t mask = llvm::maskTrailingOnes<uint64_t>(step.toWidth);
  for (int64_t i = 0; i < cases; ++i)
    out[i] = uint64_t(f(in[0][i], step.width)) & mask;
  return success();
}

template <auto f>
static LogicalResult binaryBits(const Step &step, uint64_t *out, Lanes in, int64_t cases) {
  uint64_t mask = llvm::maskTrailingOnes<uint64_t>(step.toWidth);
  for (int64_t i = 0; i < cases; ++i)
    out[i] = uint64_t(f(in[0][i], in[1][i], step.width)) & mask;
  return success();
}

/// `f` gives nothing where there is no value.
template <auto f>
static LogicalResult partialBits(const Step &step, uint64_t *out, Lanes in, int64_t cases) {
  uint64_t mask = llvm::maskTrailingOnes<uint64_t>(step.toWidth);
  for (int64_t i = 0; i < cases; ++i) {
    std::optional<uint64_t> value = f(in[0][i], in[1][i], step.width);
    if (!value)
      return failure();
    out[i] = *value & mask;
  }
  return success();
}

template <bool isSigned>
static LogicalResult compareBits(const Step &step, uint64_t *out, Lanes in, int64_t cases) {
  for (int64_t i = 0; i < cases; ++i) {
    unsigned found = isSigned ? outcome(extend(in[0][i], step.width), extend(in[1][i], step.width))
                              : outcome(in[0][i], in[1][i]);
    out[i] = (step.mode & found) != 0;
  }
  return success();
}

static LogicalResult choose(const Step &, uint64_t *out, Lanes in, int64_t cases) {
  for (int64_t i = 0; i < cases; ++i)
    out[i] = in[0][i] ? in[1][i] : in[2][i];
  return success();
}

static LogicalResult extract(const Step &step, uint64_t *out, Lanes in, int64_t cases) {
  SmallVector<int64_t> index(step.operands.size());
  for (int64_t i = 0; i < cases; ++i) {
    for (size_t dim = 0; dim < index.size(); ++dim)
      index[dim] = int64_t(in[dim][i]);
    std::optional<int64_t> at = linearIndex(step.table.getType().getShape(), index);
    if (!at)
      return failure();
    out[i] = bitsOf(step.table.getValues<Attribute>()[*at]);
  }
  return success();
}

//===- selection ----------------------------------------------------------===//

namespace {
struct Selector {
  Operation *op;
  Step &step;

  Type in(unsigned i = 0) const { return op->getOperand(i).getType(); }
  Type out() const { return op->getResult(0).getType(); }

  bool use(Kernel kernel) {
    step.kernel = kernel;
    return kernel != nullptr;
  }
  /// The one of three kernels that has the float's format.
  Kernel byFormat(Type type, Kernel single, Kernel wide, Kernel narrow) const {
    return type.isF32() ? single : type.isF64() ? wide : narrow;
  }
  template <auto f> bool unary() {
    return use(byFormat(in(), unaryFloat<Single, f>, unaryFloat<Double, f>, unaryFloat<Narrow, f>));
  }
  template <auto f> bool binary() {
    return use(
        byFormat(in(), binaryFloat<Single, f>, binaryFloat<Double, f>, binaryFloat<Narrow, f>));
  }
  template <auto f> bool bits() {
    if constexpr (std::is_invocable_v<decltype(f), uint64_t, unsigned>)
      return use(unaryBits<f>);
    else
      return use(binaryBits<f>);
  }
  template <typename T> Kernel convertFrom() const {
    return byFormat(out(), convertFloat<T, Single>, convertFloat<T, Double>,
                    convertFloat<T, Narrow>);
  }

  bool compare(arith::CmpFPredicate predicate) {
    // Bits of ordered predicates: equal, greater, less; 8 for a NaN.
    unsigned number = unsigned(predicate);
    step.mode = number < 8 ? number : number < 14 ? 8 | (number - 7) : number == 14 ? 8 : 15;
    return use(byFormat(in(), compareFloat<Single>, compareFloat<Double>, compareFloat<Narrow>));
  }
  bool compare(arith::CmpIPredicate predicate) {
    using P = arith::CmpIPredicate;
    switch (predicate) {
    case P::eq:
      step.mode = 1;
      break;
    case P::ne:
      step.mode = 6;
      break;
    case P::slt:
    case P::ult:
      step.mode = 4;
      break;
    case P::sle:
    case P::ule:
      step.mode = 5;
      break;
    case P::sgt:
    case P::ugt:
      step.mode = 2;
      break;
    case P::sge:
    case P::uge:
      step.mode = 3;
      break;
    }
    bool isSigned = llvm::is_contained({P::slt, P::sle, P::sgt, P::sge}, predicate);
    return use(isSigned ? compareBits<true> : compareBits<false>);
  }
  bool select() { return floats() || floatBits() || conversions() || integers() || divisions(); }
  bool floats();
  bool floatBits();
  bool conversions();
  bool integers();
  bool divisions();
};
} // namespace

/// Of two zeros, -0 is the smaller; a NaN wins where `nan` says so, else loses.
template <bool larger, bool nan>
static constexpr auto extreme = [](auto a, auto b) {
  if (a != a)
    return nan ? a : b;
  if (b != b)
    return nan ? b : a;
  if (a == b)
    return std::signbit(a) == larger ? b : a;
  return (a < b) == larger ? b : a;
};

bool Selector::floats() {
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](arith::AddFOp) { return binary<[](auto a, auto b) { return a + b; }>(); })
      .Case([&](arith::SubFOp) { return binary<[](auto a, auto b) { return a - b; }>(); })
      .Case([&](arith::MulFOp) { return binary<[](auto a, auto b) { return a * b; }>(); })
      .Case([&](arith::DivFOp) { return binary<[](auto a, auto b) { return a / b; }>(); })
      .Case([&](arith::RemFOp) { return binary<[](auto a, auto b) { return std::fmod(a, b); }>(); })
      .Case([&](arith::MaximumFOp) { return binary<extreme<true, true>>(); })
      .Case([&](arith::MinimumFOp) { return binary<extreme<false, true>>(); })
      .Case([&](arith::MaxNumFOp) { return binary<extreme<true, false>>(); })
      .Case([&](arith::MinNumFOp) { return binary<extreme<false, false>>(); })
      .Case([&](math::CeilOp) { return unary<[](auto a) { return std::ceil(a); }>(); })
      .Case([&](math::FloorOp) { return unary<[](auto a) { return std::floor(a); }>(); })
      .Case([&](math::TruncOp) { return unary<[](auto a) { return std::trunc(a); }>(); })
      .Case([&](math::RoundOp) { return unary<[](auto a) { return std::round(a); }>(); })
      // In the default mode, which is to nearest even.
      .Case([&](math::RoundEvenOp) { return unary<[](auto a) { return std::nearbyint(a); }>(); })
      .Case([&](math::SqrtOp) { return unary<[](auto a) { return std::sqrt(a); }>(); })
      // A narrow sum may need more bits than f32 has.
      .Case([&](math::FmaOp) { return use(byFormat(in(), fma<Single>, fma<Double>, nullptr)); })
      .Case([&](LdexpOp) {
        return binary<[](auto a, auto n) { return n == n ? std::ldexp(a, int(n)) : n; }>();
      })
      .Case([&](arith::CmpFOp op) { return compare(op.getPredicate()); })
      .Case([&](math::IsNaNOp) {
        step.operands.push_back(step.operands[0]); // compared with itself
        return compare(arith::CmpFPredicate::UNO);
      })
      .Default([](Operation *) { return false; });
}

static uint64_t signBit(unsigned width) { return uint64_t(1) << (width - 1); }

bool Selector::floatBits() {
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](arith::NegFOp) {
        return bits<[](uint64_t a, unsigned w) { return a ^ signBit(w); }>();
      })
      .Case([&](math::AbsFOp) {
        return bits<[](uint64_t a, unsigned w) { return a & ~signBit(w); }>();
      })
      .Case([&](math::CopySignOp) {
        return bits<[](uint64_t a, uint64_t b, unsigned w) {
          return (a & ~signBit(w)) | (b & signBit(w));
        }>();
      })
      .Default([](Operation *) { return false; });
}

bool Selector::conversions() {
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case<arith::ExtFOp, arith::TruncFOp>([&](auto op) {
        auto mode = op->template getAttrOfType<arith::RoundingModeAttr>("roundingmode");
        if (mode && mode.getValue() != arith::RoundingMode::to_nearest_even)
          return false;
        return use(
            byFormat(in(), convertFrom<Single>(), convertFrom<Double>(), convertFrom<Narrow>()));
      })
      .Case([&](arith::FPToSIOp) {
        return use(byFormat(in(), toInteger<Single, true>, toInteger<Double, true>,
                            toInteger<Narrow, true>));
      })
      .Case([&](arith::FPToUIOp) {
        return use(byFormat(in(), toInteger<Single, false>, toInteger<Double, false>,
                            toInteger<Narrow, false>));
      })
      .Case([&](arith::SIToFPOp) {
        return use(byFormat(out(), fromInteger<Single, true>, fromInteger<Double, true>,
                            fromInteger<Narrow, true>));
      })
      .Case([&](arith::UIToFPOp) {
        return use(byFormat(out(), fromInteger<Single, false>, fromInteger<Double, false>,
                            fromInteger<Narrow, false>));
      })
      .Case<arith::ExtSIOp, arith::IndexCastOp>(
          [&](auto) { return bits<[](uint64_t a, unsigned w) { return extend(a, w); }>(); })
      .Case<arith::ExtUIOp, arith::TruncIOp, arith::IndexCastUIOp, arith::BitcastOp>(
          [&](auto) { return bits<[](uint64_t a, unsigned) { return a; }>(); })
      .Default([](Operation *) { return false; });
}

template <bool larger, bool isSigned>
static constexpr auto extremeBits = [](uint64_t a, uint64_t b, unsigned w) {
  bool less = isSigned ? extend(a, w) < extend(b, w) : a < b;
  return less == larger ? b : a;
};

bool Selector::integers() {
  using U = uint64_t;
  using W = unsigned;
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](arith::AddIOp) { return bits<[](U a, U b, W) { return a + b; }>(); })
      .Case([&](arith::SubIOp) { return bits<[](U a, U b, W) { return a - b; }>(); })
      .Case([&](arith::MulIOp) { return bits<[](U a, U b, W) { return a * b; }>(); })
      .Case([&](arith::AndIOp) { return bits<[](U a, U b, W) { return a & b; }>(); })
      .Case([&](arith::OrIOp) { return bits<[](U a, U b, W) { return a | b; }>(); })
      .Case([&](arith::XOrIOp) { return bits<[](U a, U b, W) { return a ^ b; }>(); })
      .Case([&](arith::MaxSIOp) { return bits<extremeBits<true, true>>(); })
      .Case([&](arith::MinSIOp) { return bits<extremeBits<false, true>>(); })
      .Case([&](arith::MaxUIOp) { return bits<extremeBits<true, false>>(); })
      .Case([&](arith::MinUIOp) { return bits<extremeBits<false, false>>(); })
      .Case([&](arith::CmpIOp op) { return compare(op.getPredicate()); })
      .Case([&](arith::SelectOp) { return use(choose); })
      .Case(
          [&](math::AbsIOp) { return bits<[](U a, W w) { return extend(a, w) < 0 ? -a : a; }>(); })
      .Case([&](math::CtPopOp) { return bits<[](U a, W) { return llvm::popcount(a); }>(); })
      .Case([&](math::CountLeadingZerosOp) {
        return bits<[](U a, W w) { return llvm::countl_zero(a) - int(64 - w); }>();
      })
      .Case([&](math::CountTrailingZerosOp) {
        return bits<[](U a, W w) { return std::min<int>(llvm::countr_zero(a), w); }>();
      })
      .Case([&](tensor::ExtractOp) { return use(extract); })
      .Default([](Operation *) { return false; });
}

using Maybe = std::optional<uint64_t>;

/// Of signed numbers: there is no quotient by 0, nor of the least one by -1.
template <auto f>
static constexpr auto quotient = [](uint64_t a, uint64_t b, unsigned w) -> Maybe {
  int64_t x = extend(a, w), y = extend(b, w);
  if (y == 0 || (y == -1 && a == signBit(w)))
    return std::nullopt;
  return uint64_t(f(x, y));
};

template <auto f>
static constexpr auto quotientUnsigned =
    [](uint64_t a, uint64_t b, unsigned) -> Maybe { return b ? Maybe(f(a, b)) : std::nullopt; };

template <auto f>
static constexpr auto shift = [](uint64_t a, uint64_t b, unsigned w) -> Maybe {
  return b < w ? Maybe(f(a, b, w)) : std::nullopt;
};

bool Selector::divisions() {
  using U = uint64_t;
  using I = int64_t;
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([&](arith::DivSIOp) {
        return use(partialBits<quotient<[](I a, I b) { return a / b; }>>);
      })
      .Case([&](arith::RemSIOp) {
        return use(partialBits<quotient<[](I a, I b) { return a % b; }>>);
      })
      .Case([&](arith::FloorDivSIOp) {
        return use(partialBits<quotient<[](I a, I b) { return llvm::divideFloorSigned(a, b); }>>);
      })
      .Case([&](arith::CeilDivSIOp) {
        return use(partialBits<quotient<[](I a, I b) { return llvm::divideCeilSigned(a, b); }>>);
      })
      .Case([&](arith::DivUIOp) {
        return use(partialBits<quotientUnsigned<[](U a, U b) { return a / b; }>>);
      })
      .Case([&](arith::RemUIOp) {
        return use(partialBits<quotientUnsigned<[](U a, U b) { return a % b; }>>);
      })
      .Case([&](arith::CeilDivUIOp) {
        return use(partialBits<quotientUnsigned<[](U a, U b) { return a / b + (a % b != 0); }>>);
      })
      .Case([&](arith::ShLIOp) {
        return use(partialBits<shift<[](U a, U b, unsigned) { return a << b; }>>);
      })
      .Case([&](arith::ShRUIOp) {
        return use(partialBits<shift<[](U a, U b, unsigned) { return a >> b; }>>);
      })
      .Case([&](arith::ShRSIOp) {
        return use(partialBits<shift<[](U a, U b, unsigned w) { return U(extend(a, w) >> b); }>>);
      })
      .Default([](Operation *) { return false; });
}

static unsigned widthOf(Type type) {
  return type.isIndex() ? 64 : type.isIntOrFloat() ? type.getIntOrFloatBitWidth() : 0;
}

bool pith::isNumber(Type type) {
  unsigned width = widthOf(type);
  return width > 0 && width <= 64 &&
         (!isa<FloatType>(type) || type.isF32() || type.isF64() || width <= 16);
}

bool pith::selectKernel(Operation *op, Step &step) {
  auto first = isa<tensor::ExtractOp>(op) ? op->getOperands().drop_front() : op->getOperands();
  if (op->getNumRegions() || op->getNumResults() != 1 || op->getNumOperands() == 0 ||
      !isNumber(op->getResult(0).getType()) || !llvm::all_of(first.getTypes(), isNumber))
    return false;
  Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
  step.width = isa<tensor::ExtractOp>(op) ? 64 : widthOf(from);
  step.toWidth = widthOf(to);
  if (auto format = dyn_cast<FloatType>(from))
    step.format = &format.getFloatSemantics();
  if (auto format = dyn_cast<FloatType>(to))
    step.toFormat = &format.getFloatSemantics();
  return Selector{op, step}.select();
}
