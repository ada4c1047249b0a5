// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The canonical functions on terms; the spec's clause has the same name.
#ifndef PITH_LIB_KERNELS_MATH_FUNCTIONS_H
#define PITH_LIB_KERNELS_MATH_FUNCTIONS_H

#include "lib/Kernels/Math/Emitter.h"

namespace pith::math {

// On f32.
Term acos(Term x);
Term acosh(Term x);
Term asin(Term x);
Term asinh(Term x);
Term atan(Term x);
Term atan2(Term y, Term x);
Term atanh(Term x);
Term cbrt(Term x);
Term cos(Term x);
Term cosh(Term x);
Term erf(Term x);
Term exp(Term x);
Term expOfNegative(Term x); // the same where x is no more than 0, or NaN
Term exp2(Term x);
Term expm1(Term x);
Term log(Term x);
Term log10(Term x);
Term log1p(Term x);
Term log2(Term x);
Term pow(Term x, Term y);
Term powInteger(Term x, Term n);
Term sigmoid(Term x);
Term sin(Term x);
Term sinh(Term x);
Term tan(Term x);
Term tanh(Term x);

// On f64. atanCore takes t >= 0 and is good to about 2^-49.
Term atanCore(Term t);
Term wideAcos(Term x);
Term wideAcosh(Term x);
Term wideAsin(Term x);
Term wideAsinh(Term x);
Term wideAtan(Term x);
Term wideAtan2(Term y, Term x);
Term wideAtanh(Term x);
Term wideCbrt(Term x);
Term wideCos(Term x);
Term wideCosh(Term x);
Term wideErf(Term x);
Term wideExp(Term x);
Term wideExp2(Term x);
Term wideExpm1(Term x);
Term wideLog(Term x);
Term wideLog10(Term x);
Term wideLog1p(Term x);
Term wideLog2(Term x);
Term widePow(Term x, Term y);
Term widePowInteger(Term x, Term n);
Term wideSin(Term x);
Term wideSinh(Term x);
Term wideTan(Term x);
Term wideTanh(Term x);

// On either.
Term isFinite(Term x);
Term isInfinite(Term x);
Term remainder(Term x, Term y);
Term round(Term x);
Term rsqrt(Term x);

// On integers of any width.
Term integerPower(Term base, Term exponent);

// Narrow types (Narrow.cpp), on everything inside an operation.
/// Lets f16 and bf16 operations run in f32 where hardware may lack them.
llvm::LogicalResult passThroughF32(mlir::Operation *root);
/// Lets one operation on f16 or bf16 run in f32, and erases it: operands of that
/// type are extended, results truncated.
void runInF32(mlir::Operation *op);
/// Replaces conversions that hardware may lack (bf16, f64 to f16) by integer
/// arithmetic, and maxNum and minNum on f16 by comparisons.
void expandConversions(mlir::Operation *root);

} // namespace pith::math

#endif
