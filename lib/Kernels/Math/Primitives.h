// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations that some machines have as one instruction, out of those that all
// have: the same bits, on scalars and vectors. A NaN stays one; its payload may
// differ from what an instruction gives.
#ifndef PITH_LIB_KERNELS_MATH_PRIMITIVES_H
#define PITH_LIB_KERNELS_MATH_PRIMITIVES_H

#include "lib/Kernels/Math/Emitter.h"

namespace pith::math {

/// a * b + c with one rounding, on f32 or f64.
Term exactFma(Term a, Term b, Term c);

// On f32 or f64, with the argument's sign for a zero.
Term exactRoundEven(Term x);
Term exactFloor(Term x);
Term exactCeil(Term x);
Term exactTrunc(Term x);

/// x * 2^n, as `pith.ldexp` says.
Term exactLdexp(Term x, Term n);

/// f32 to the bits of an f16 as i16, to nearest even, and back.
Term toHalfBits(Term x);
Term fromHalfBits(Term bits);

} // namespace pith::math

#endif
