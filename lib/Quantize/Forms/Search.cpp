// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One function per form. The function's values bound the constants; what its
// last rounding rounds says where in the bounds they lie; a Trial decides.
#include "lib/Quantize/Forms/Search.h"
#include "lib/Quantize/Forms/BuildForm.h"
#include "lib/Quantize/Forms/Fit.h"
#include "lib/Quantize/Forms/Trial.h"
#include "mlir/IR/Matchers.h"
#include <cmath>

using namespace mlir;
using namespace pith;
using namespace pith::forms;

namespace {

// How far constants are moved from where they are likeliest. Candidates for each
// choice of signs are then at most: offset 3; multiply and product 17 for each
// pair of zero points; fixed point 33; sums 7^3 with a constant and 13^2 without;
// reciprocals 17.
constexpr int sumSteps = 3, pairSteps = 6, multiplierSteps = 5, shiftSteps = 16,
              reciprocalSteps = 8;

// A byte table costs two or three instructions for each element, where the
// machine does not shuffle whole tables; a vector body of n operations n for
// every 8. From here on the table is cheaper.
constexpr int64_t maxUnaryOperations = 16;

/// ui8, si8 or either: what the body takes an argument for.
SmallVector<Type, 2> codeTypes(BlockArgument argument) {
  bool asSigned = false, asUnsigned = false;
  for (Operation *user : argument.getUsers()) {
    asSigned |= isa<arith::ExtSIOp, arith::SIToFPOp>(user);
    asUnsigned |= isa<arith::ExtUIOp, arith::UIToFPOp>(user);
  }
  Builder builder(argument.getContext());
  SmallVector<Type, 2> types;
  for (bool isSigned : {false, true})
    if (asSigned == asUnsigned || asSigned == isSigned)
      types.push_back(builder.getIntegerType(8, isSigned));
  return types;
}

class Search {
public:
  Search(MapOp map, const CodeFunction &function, int64_t operations)
      : map(map), function(function), operations(operations), builder(map.getContext()) {}

  FormAttr find() {
    using Attempt = FormAttr (Search::*)();
    // Bytes before words, words before floats; one operand and two have their own.
    constexpr Attempt unary[] = {&Search::identity, &Search::clamp, &Search::offset,
                                 &Search::multiply, &Search::fixedPoint};
    constexpr Attempt binary[] = {&Search::offset, &Search::multiplyAdd, &Search::product};
    SmallVector<FunctionType> types = signatures();
    for (Attempt attempt : function.codes == 1 ? ArrayRef(unary) : ArrayRef(binary))
      for (FunctionType candidate : types) {
        setType(candidate);
        if (FormAttr form = (this->*attempt)())
          return form;
      }
    // For the reader only: the sign under which the result is a rounding.
    setType(types.front());
    for (FunctionType candidate : types)
      if (!zeroPoint)
        setType(candidate);
    if (!zeroPoint)
      setType(types.front());
    bool canLookUp = function.codes == 1 && map.getInputs()[0].getType() == map.getType();
    if (!canLookUp || operations <= maxUnaryOperations)
      if (FormAttr form = reciprocal())
        return form;
    return form(canLookUp ? FormKind::Table : FormKind::Literal, {});
  }

private:
  //===- the function under a choice of signs -----------------------------===//

  /// Signs of operands are in the body; of the result, both are tried.
  SmallVector<FunctionType> signatures() {
    SmallVector<SmallVector<Type>> inputs{{}};
    for (BlockArgument argument : map.getBody().getArguments()) {
      SmallVector<SmallVector<Type>> longer;
      for (const SmallVector<Type> &types : inputs)
        for (Type type : codeTypes(argument)) {
          longer.push_back(types);
          longer.back().push_back(type);
        }
      inputs = std::move(longer);
    }
    SmallVector<FunctionType> found;
    for (bool isSigned : {false, true})
      for (const SmallVector<Type> &types : inputs)
        found.push_back(builder.getFunctionType(types, builder.getIntegerType(8, isSigned)));
    return found;
  }

  void setType(FunctionType chosen) {
    type = chosen;
    isSignedResult = type.getResult(0).isSignedInteger();
    low = 255, high = -128;
    for (size_t i = 0; i < function.values.size(); ++i) {
      low = std::min(low, value(i));
      high = std::max(high, value(i));
    }
    zeroPoint = findZeroPoint();
  }

  static int code(uint8_t bits, bool isSigned) { return isSigned ? int8_t(bits) : bits; }
  int value(size_t at) const { return code(function.values[at], isSignedResult); }
  int x(size_t at) const { return operand(0, function.codes == 2 ? at / 256 : at); }
  int y(size_t at) const { return operand(1, at % 256); }
  int operand(unsigned number, uint8_t bits) const {
    return code(bits, type.getInput(number).isSignedInteger());
  }
  /// Neither limit: the value is what the rounding gave.
  bool isInside(size_t at) const { return value(at) > low && value(at) < high; }

  /// What is added behind the rounding, if that is one number.
  std::optional<int> findZeroPoint() const {
    std::optional<int> found;
    for (size_t i = 0; i < function.unrounded.size(); ++i) {
      if (!isInside(i))
        continue;
      double zero = value(i) - std::nearbyint(double(function.unrounded[i]));
      if (found ? zero != *found : std::abs(zero) > 255)
        return std::nullopt;
      found = int(zero);
    }
    return found;
  }

  /// Numbers that the body subtracts from an operand.
  SmallVector<int> zeroPoints(unsigned number) {
    SmallVector<int> found;
    for (Operation *extension : map.getBody().getArgument(number).getUsers()) {
      if (!isa<arith::ExtSIOp, arith::ExtUIOp>(extension))
        continue;
      for (Operation *user : extension->getUsers()) {
        APInt constant;
        if (!isa<arith::SubIOp, arith::AddIOp>(user) ||
            user->getOperand(0) != extension->getResult(0) ||
            !matchPattern(user->getOperand(1), m_ConstantInt(&constant)))
          continue;
        int64_t zero = constant.getSExtValue() * (isa<arith::AddIOp>(user) ? -1 : 1);
        if (std::abs(zero) <= 255 && !llvm::is_contained(found, int(zero)))
          found.push_back(int(zero));
      }
    }
    if (found.empty())
      found.push_back(0);
    return found;
  }

  //===- candidates -------------------------------------------------------===//

  TypedAttr attr(int64_t value) { return builder.getI32IntegerAttr(int32_t(value)); }
  TypedAttr attr(float value) { return builder.getF32FloatAttr(value); }

  FormAttr form(FormKind kind, ArrayRef<TypedAttr> constants) {
    return FormAttr::get(map.getContext(), kind, type, constants);
  }

  /// The last two constants are the limits. Those of the result's type come
  /// first: they cost nothing where narrowing saturates.
  FormAttr tryLimits(Trial &trial, FormKind kind, SmallVector<TypedAttr> constants) {
    int least = isSignedResult ? -128 : 0;
    constants.append({attr(int64_t(low)), attr(int64_t(high))});
    if (!trial.matches(constants))
      return {};
    if (low == least && high == least + 255)
      return form(kind, constants);
    SmallVector<TypedAttr> wide(ArrayRef(constants).drop_back(2));
    wide.append({attr(int64_t(least)), attr(int64_t(least + 255))});
    return form(kind, trial.matches(wide) ? wide : constants);
  }
  Trial trialOf(FormKind kind) { return Trial::ofFormula(function, kind, type); }

  //===- the forms --------------------------------------------------------===//

  FormAttr identity() {
    for (size_t i = 0; i < 256; ++i)
      if (function.values[i] != i)
        return {};
    return form(FormKind::Identity, {});
  }

  FormAttr clamp() {
    if (type.getInput(0) != type.getResult(0))
      return {};
    Trial trial = trialOf(FormKind::Clamp);
    SmallVector<TypedAttr> limits{attr(int64_t(low)), attr(int64_t(high))};
    return trial.matches(limits) ? form(FormKind::Clamp, limits) : FormAttr();
  }

  FormAttr offset() {
    SmallVector<int> offsets;
    auto add = [&](int offset) {
      if (!llvm::is_contained(offsets, offset))
        offsets.push_back(offset);
    };
    // A step from limit to limit has no value inside.
    std::optional<int> lastLow, firstHigh, inside;
    for (size_t i = 0; i < function.values.size(); ++i) {
      int sum = x(i) + (function.codes == 2 ? y(i) : 0), gap = value(i) - sum;
      if (isInside(i) && inside && *inside != gap)
        return {};
      if (isInside(i))
        inside = gap;
      if (value(i) == high)
        firstHigh = firstHigh ? std::max(*firstHigh, gap) : gap;
      if (value(i) == low)
        lastLow = lastLow ? std::min(*lastLow, gap) : gap;
    }
    for (std::optional<int> gap : {inside, firstHigh, lastLow})
      if (gap)
        add(*gap);
    Trial trial = trialOf(FormKind::Offset);
    for (int offset : offsets)
      if (FormAttr found = tryLimits(trial, FormKind::Offset, {attr(int64_t(offset))}))
        return found;
    return {};
  }

  /// Multipliers for unrounded = m * p(at).
  SmallVector<float> multipliers(function_ref<int(size_t)> p) const {
    Line line;
    for (size_t i = 0; i < function.values.size(); ++i) {
      int steps = value(i) - *zeroPoint;
      if (value(i) > low)
        line.atLeast(p(i), steps - 0.5);
      if (value(i) < high)
        line.atMost(p(i), steps + 0.5);
      if (isInside(i))
        line.sample(p(i), function.unrounded[i]);
    }
    return line.multipliers(multiplierSteps);
  }

  FormAttr multiply() {
    if (!zeroPoint)
      return {};
    Trial trial = trialOf(FormKind::Multiply);
    for (int zx : zeroPoints(0))
      for (float m : multipliers([&](size_t i) { return x(i) - zx; }))
        if (FormAttr found = tryLimits(trial, FormKind::Multiply,
                                       {attr(int64_t(zx)), attr(m), attr(int64_t(*zeroPoint))}))
          return found;
    return {};
  }

  FormAttr product() {
    if (!zeroPoint)
      return {};
    Trial trial = trialOf(FormKind::Product);
    for (int zx : zeroPoints(0))
      for (int zy : zeroPoints(1))
        for (float m : multipliers([&](size_t i) { return (x(i) - zx) * (y(i) - zy); }))
          if (FormAttr found = tryLimits(
                  trial, FormKind::Product,
                  {attr(int64_t(zx)), attr(int64_t(zy)), attr(m), attr(int64_t(*zeroPoint))}))
            return found;
    return {};
  }

  /// The plane in which the unrounded values lie; none where they bend.
  std::optional<Plane> plane() const {
    std::vector<Sample> samples;
    for (size_t i = 0; i < function.unrounded.size(); ++i)
      if (isInside(i))
        samples.push_back({x(i), function.codes == 2 ? y(i) : 0, function.unrounded[i]});
    return fitPlane(samples, /*isLine=*/function.codes == 1);
  }

  FormAttr multiplyAdd() {
    std::optional<Plane> fit = zeroPoint ? plane() : std::nullopt;
    if (!fit)
      return {};
    Trial trial = trialOf(FormKind::MultiplyAdd);
    float a = float(fit->a), b = float(fit->b), c = float(fit->c);
    auto attempt = [&](int zx, float mx, int zy, float my, float sum) {
      return tryLimits(trial, FormKind::MultiplyAdd,
                       {attr(int64_t(zx)), attr(mx), attr(int64_t(zy)), attr(my), attr(sum),
                        attr(int64_t(*zeroPoint))});
    };
    // All (i, j, k) from the middle outwards. Without zero points there is no
    // constant to move: what the fit says then is noise.
    SmallVector<int> zx = zeroPoints(0), zy = zeroPoints(1);
    bool isCentred = std::abs(fit->c) <= 1e-5 * (std::abs(fit->a) + std::abs(fit->b));
    for (int distance = 0; distance <= sumSteps && !isCentred; ++distance)
      for (int i = -distance; i <= distance; ++i)
        for (int j = -distance; j <= distance; ++j)
          for (int k = -distance; k <= distance; ++k)
            if (std::max({std::abs(i), std::abs(j), std::abs(k)}) == distance)
              if (FormAttr found = attempt(0, stepped(a, i), 0, stepped(b, j), stepped(c, k)))
                return found;
    for (int distance = 0; distance <= pairSteps; ++distance)
      for (int i = -distance; i <= distance; ++i)
        for (int j = -distance; j <= distance; ++j)
          if (std::max(std::abs(i), std::abs(j)) == distance)
            if (FormAttr found = attempt(zx[0], stepped(a, i), zy[0], stepped(b, j), 0.0f))
              return found;
    return {};
  }

  FormAttr fixedPoint() {
    std::optional<Plane> fit = zeroPoint ? plane() : std::nullopt;
    if (!fit || !(std::abs(fit->a) < 1024))
      return {};
    // As many bits behind the point as i32 holds.
    double bound = 255 * std::abs(fit->a) + std::abs(fit->c) + 512;
    int64_t shift = std::clamp<int64_t>(30 - std::ilogb(bound) - 1, 0, 24);
    Trial trial = trialOf(FormKind::FixedPoint);
    int64_t middle = std::llround(std::ldexp(fit->a, int(shift)));
    for (int64_t step = 0; step <= 2 * shiftSteps; ++step) {
      int64_t m = middle + (step + 1) / 2 * (step % 2 ? 1 : -1);
      int64_t least = INT32_MIN, most = INT32_MAX;
      for (size_t i = 0; i < 256; ++i) {
        int64_t here = (int64_t(value(i)) << shift) - x(i) * m;
        if (value(i) > low)
          least = std::max(least, here);
        if (value(i) < high)
          most = std::min(most, here + (int64_t(1) << shift) - 1);
      }
      if (least > most)
        continue;
      if (FormAttr found = tryLimits(trial, FormKind::FixedPoint,
                                     {attr(m), attr(least + (most - least) / 2), attr(shift)}))
        return found;
    }
    return {};
  }

  FormAttr reciprocal() {
    arith::DivFOp division = findDivision(map.getBody().front());
    FloatAttr divisor;
    if (!division || !matchPattern(division.getRhs(), m_Constant(&divisor)))
      return {};
    float r = 1.0f / float(divisor.getValueAsDouble());
    std::optional<Trial> trial = Trial::ofReciprocal(function, map);
    if (!trial || !std::isnormal(r))
      return {};
    for (int step = 0; step <= 2 * reciprocalSteps; ++step) {
      TypedAttr constant = attr(stepped(r, (step + 1) / 2 * (step % 2 ? 1 : -1)));
      if (trial->matches(constant))
        return form(FormKind::Reciprocal, constant);
    }
    return {};
  }

  MapOp map;
  const CodeFunction &function;
  int64_t operations;
  Builder builder;
  FunctionType type;
  bool isSignedResult = false;
  int low = 0, high = 0; // the function's least and greatest value
  std::optional<int> zeroPoint;
};

} // namespace

FormAttr forms::findForm(MapOp map, const CodeFunction &function, int64_t operations) {
  return Search(map, function, operations).find();
}

FormAttr forms::literalForm(MapOp map) {
  Builder builder(map.getContext());
  SmallVector<Type> codes;
  for (BlockArgument argument : map.getBody().getArguments())
    codes.push_back(codeTypes(argument).front());
  FunctionType type = builder.getFunctionType(codes, builder.getIntegerType(8, false));
  return FormAttr::get(map.getContext(), FormKind::Literal, type, {});
}
