// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A length p * q is transformed by Cooley and Tukey's rule: with j = j1 q + j2 and
// k = k1 + p k2, q transforms of length p over j1, a factor w^(j2 k1), and p
// transforms of length q over j2.
#include "lib/Import/Ops/Fourier.h"
#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// e^(2 pi i at / length).
struct Root {
  double real, imaginary;
};

/// Sine and cosine of an angle up to pi / 4. The library's differ between
/// machines in their last bits, and a constant must not.
Root nearRoot(double angle) {
  double square = angle * angle, cosine = 1, sine = 1;
  for (int64_t i = 20; i > 0; i -= 2) {
    cosine = 1 - square / double(i * (i - 1)) * cosine;
    sine = 1 - square / double(i * (i + 1)) * sine;
  }
  return {cosine, sine * angle};
}

Root rootOf(int64_t at, int64_t length) {
  constexpr double pi = 3.14159265358979323846;
  at %= length;
  int64_t octant = 8 * at / length;
  // Counted from the quarter that is nearest.
  int64_t quarter = (octant + 1) / 2;
  int64_t rest = 4 * at - quarter * length;
  Root root = nearRoot(pi / 2 * double(rest) / double(length));
  for (; quarter > 0; --quarter)
    root = {-root.imaginary, root.real};
  return root;
}

struct Transform {
  TensorBuilder &builder;
  Type element;
  bool inverse;

  Root root(int64_t at, int64_t length) {
    Root result = rootOf(at, length);
    return inverse ? result : Root{result.real, -result.imaginary};
  }

  Value constant(ArrayRef<double> values, Shape shape) {
    auto type = RankedTensorType::get(shape, element);
    if (element.isF64())
      return builder.constant(DenseElementsAttr::get(type, values));
    std::vector<float> rounded(values.begin(), values.end());
    return builder.constant(DenseElementsAttr::get(type, ArrayRef(rounded)));
  }

  /// Of [rows, length, 2], by one matrix of real numbers.
  Value direct(Value signal) {
    int64_t rows = shapeOf(signal)[0], length = shapeOf(signal)[1];
    SmallVector<double, 0> matrix(4 * length * length);
    for (int64_t j = 0; j < length; ++j)
      for (int64_t k = 0; k < length; ++k) {
        Root w = root(j * k, length);
        double *fromReal = &matrix[2 * j * 2 * length + 2 * k];
        double *fromImaginary = fromReal + 2 * length;
        fromReal[0] = w.real;
        fromReal[1] = w.imaginary;
        fromImaginary[0] = -w.imaginary;
        fromImaginary[1] = w.real;
      }
    Value flat = builder.reshape(signal, {rows, 2 * length});
    auto type = RankedTensorType::get({rows, 2 * length}, element);
    Value product = MatmulOp::create(builder.builder, builder.loc, type, flat,
                                     constant(matrix, {2 * length, 2 * length}), Value(),
                                     /*transpose_lhs=*/false, /*transpose_rhs=*/false);
    return builder.reshape(product, {rows, length, 2});
  }

  /// Of [rows, q, p, 2], times w^(j2 k1).
  Value turned(Value numbers) {
    SmallVector<int64_t> shape(shapeOf(numbers));
    int64_t q = shape[1], p = shape[2], length = p * q;
    SmallVector<double, 0> real, imaginary;
    for (int64_t j = 0; j < q; ++j)
      for (int64_t k = 0; k < p; ++k) {
        Root w = root(j * k, length);
        real.push_back(w.real);
        imaginary.push_back(w.imaginary);
      }
    auto part = [&](int64_t index) {
      return builder.slice(numbers, {0, 0, 0, index}, {shape[0], q, p, 1});
    };
    Value a = part(0), b = part(1);
    Value c = constant(real, {q, p, 1}), d = constant(imaginary, {q, p, 1});
    auto joined = [&](ArrayRef<Value> values, bool adds) {
      return builder.map(values, element, [&](OpBuilder &nested, Location loc, ValueRange in) {
        Value first = arith::MulFOp::create(nested, loc, in[0], in[1]);
        Value second = arith::MulFOp::create(nested, loc, in[2], in[3]);
        return adds ? Value(arith::AddFOp::create(nested, loc, first, second))
                    : Value(arith::SubFOp::create(nested, loc, first, second));
      });
    };
    return builder.concat({joined({a, c, b, d}, false), joined({a, d, b, c}, true)}, 3);
  }

  Value run(Value signal) {
    int64_t rows = shapeOf(signal)[0], length = shapeOf(signal)[1];
    int64_t p = factorOf(length), q = length / p;
    if (q == 1)
      return direct(signal);
    Value apart = builder.reshape(signal, {rows, p, q, 2}); // j1, j2
    apart = builder.transpose(apart, {0, 2, 1, 3});         // j2, j1
    Value inner = direct(builder.reshape(apart, {rows * q, p, 2}));
    inner = turned(builder.reshape(inner, {rows, q, p, 2})); // j2, k1
    inner = builder.transpose(inner, {0, 2, 1, 3});          // k1, j2
    Value outer = run(builder.reshape(inner, {rows * p, q, 2}));
    outer = builder.reshape(outer, {rows, p, q, 2}); // k1, k2
    outer = builder.transpose(outer, {0, 2, 1, 3});  // k2, k1
    return builder.reshape(outer, {rows, length, 2});
  }

  /// What is transformed at once: the largest divisor of some 32, a prime factor
  /// where all are larger.
  static int64_t factorOf(int64_t length) {
    constexpr int64_t atOnce = 32;
    for (int64_t divisor = std::min(atOnce, length); divisor > 1; --divisor)
      if (length % divisor == 0)
        return divisor;
    return greatestFactor(length);
  }
};

} // namespace

int64_t import::greatestFactor(int64_t number) {
  int64_t greatest = 1;
  for (int64_t divisor = 2; divisor * divisor <= number; ++divisor)
    for (; number % divisor == 0; number /= divisor)
      greatest = divisor;
  return std::max(greatest, number);
}

Value import::transform(TensorBuilder &builder, Value signal, bool inverse) {
  return Transform{builder, elementOf(signal), inverse}.run(signal);
}
