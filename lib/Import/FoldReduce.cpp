// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/FoldReduce.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

static constexpr int64_t lanes = 16;

/// What changes nothing: the value that each partial result starts with.
static Attribute neutral(ReduceKind kind, Type type, bool isSigned) {
  if (auto real = dyn_cast<FloatType>(type)) {
    const llvm::fltSemantics &semantics = real.getFloatSemantics();
    switch (kind) {
    case ReduceKind::Sum:
      return FloatAttr::get(type, APFloat::getZero(semantics));
    case ReduceKind::Product:
      return FloatAttr::get(type, APFloat::getOne(semantics));
    case ReduceKind::Max:
      return FloatAttr::get(type, APFloat::getInf(semantics, /*Negative=*/true));
    case ReduceKind::Min:
      return FloatAttr::get(type, APFloat::getInf(semantics));
    }
  }
  unsigned width = cast<IntegerType>(type).getWidth();
  switch (kind) {
  case ReduceKind::Sum:
    return IntegerAttr::get(type, APInt::getZero(width));
  case ReduceKind::Product:
    return IntegerAttr::get(type, APInt(width, 1));
  case ReduceKind::Max:
    return IntegerAttr::get(type,
                            isSigned ? APInt::getSignedMinValue(width) : APInt::getMinValue(width));
  case ReduceKind::Min:
    return IntegerAttr::get(type,
                            isSigned ? APInt::getSignedMaxValue(width) : APInt::getMaxValue(width));
  }
  return {};
}

FoldReduce::FoldReduce(ReduceKind kind, Type type, bool isSigned)
    : kind(kind), type(type), isSigned(isSigned),
      partial(lanes,
              isa<FloatType, IntegerType>(type) ? neutral(kind, type, isSigned) : Attribute()) {}

bool FoldReduce::isExact() const {
  bool isOrdered = kind == ReduceKind::Max || kind == ReduceKind::Min;
  return isa<IntegerType>(type) || type.isF32() || type.isF64() ||
         (isOrdered && isa<FloatType>(type) &&
          APFloat::semanticsHasInf(cast<FloatType>(type).getFloatSemantics()));
}

Attribute FoldReduce::join(Attribute left, Attribute right) const {
  if (auto real = dyn_cast<FloatAttr>(left)) {
    APFloat a = real.getValue(), b = cast<FloatAttr>(right).getValue();
    switch (kind) {
    case ReduceKind::Sum:
      return FloatAttr::get(type, a + b);
    case ReduceKind::Product:
      return FloatAttr::get(type, a * b);
    case ReduceKind::Max:
      return FloatAttr::get(type, llvm::maximum(a, b));
    case ReduceKind::Min:
      return FloatAttr::get(type, llvm::minimum(a, b));
    }
  }
  APInt a = cast<IntegerAttr>(left).getValue(), b = cast<IntegerAttr>(right).getValue();
  bool less = isSigned ? a.slt(b) : a.ult(b);
  switch (kind) {
  case ReduceKind::Sum:
    return IntegerAttr::get(type, a + b);
  case ReduceKind::Product:
    return IntegerAttr::get(type, a * b);
  case ReduceKind::Max:
    return IntegerAttr::get(type, less ? b : a);
  case ReduceKind::Min:
    return IntegerAttr::get(type, less ? a : b);
  }
  return {};
}

void FoldReduce::add(Attribute element) {
  Attribute &lane = partial[count++ % lanes];
  lane = join(lane, element);
}

Attribute FoldReduce::result() const {
  SmallVector<Attribute, lanes> rest(partial);
  for (int64_t half = lanes / 2; half > 0; half /= 2)
    for (int64_t lane = 0; lane < half; ++lane)
      rest[lane] = join(rest[lane], rest[lane + half]);
  return rest[0];
}
