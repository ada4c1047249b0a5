// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Deduction.h"
#include "lib/Import/Choice.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Scalars.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

// All candidates are computed: more of them are not worth it.
static constexpr size_t mostCandidates = 16;

FailureOr<std::optional<Deduction>> import::deduceOperand(NodeConversion &node) {
  if (!node.node.getDomain().empty())
    return std::optional<Deduction>();
  for (unsigned operand = 0; operand < node.numOperands(); ++operand) {
    if (!node.operand(operand) || node.constantValue(operand))
      continue;
    DeductionRule rule = deductionRule(node.node.getOpType(), operand);
    std::optional<Candidates> found = rule ? rule(node) : std::nullopt;
    if (!found)
      continue;
    if (found->values.empty())
      return node.unknown(operand);
    int64_t length = countOf(node.shape(operand));
    if (found->rank == 0 && found->values.size() > 1 &&
        int64_t(found->values.front().size()) != length)
      return node.unsupported("expected " + Twine(found->values.front().size()) +
                              " numbers in operand " + Twine(operand) + ", got " + Twine(length));
    if (found->values.size() > mostCandidates)
      return node.unsupported("more than " + Twine(mostCandidates) + " values of operand " +
                              Twine(operand) +
                              " give the stated shape of the result; make the operand a constant");
    return std::optional(Deduction{operand, *found});
  }
  return std::optional<Deduction>();
}

DenseElementsAttr import::deducedValue(NodeConversion &node, unsigned operand,
                                       ArrayRef<int64_t> value) {
  auto type = node.type(operand);
  if (type.getNumElements() != int64_t(value.size()))
    type = RankedTensorType::get({int64_t(value.size())}, type.getElementType());
  SmallVector<Attribute> numbers;
  for (int64_t number : value)
    numbers.push_back(isa<FloatType>(type.getElementType())
                          ? Attribute(node.builder.getFloatAttr(type.getElementType(), number))
                          : node.builder.getIntegerAttr(type.getElementType(), number));
  return DenseElementsAttr::get(type, numbers);
}

/// i1 []: whether the operand is this candidate.
static Value isCandidate(NodeConversion &node, const Deduction &deduced, ArrayRef<int64_t> value) {
  int64_t count = countOf(node.shape(deduced.operand));
  Value numbers = node.reshape(node.operand(deduced.operand), {count});
  Type i64 = node.builder.getI64Type();
  const Candidates &all = deduced.candidates;
  return generate(
      node, {}, node.builder.getI1Type(), [&](OpBuilder &builder, Location loc, ValueRange) {
        Scalars s{builder, loc};
        Value holds = s.number(builder.getI1Type(), 1);
        for (int64_t at = 0; at < count; ++at) {
          Value index = s.make<arith::ConstantIndexOp>(at);
          Value number = s.cast(s.make<tensor::ExtractOp>(numbers, ValueRange(index)),
                                node.isUnsigned(deduced.operand), i64, false);
          Value isOne = s.number(builder.getI1Type(), 0);
          auto mayBe = [&](int64_t wanted) {
            isOne = s.make<arith::OrIOp>(isOne, s.equal(number, s.number(i64, double(wanted))));
          };
          if (all.rank == 0) {
            mayBe(value[at]);
          } else {
            Value isNegative = s.less(number, s.number(i64, 0));
            number = s.select(isNegative, s.add(number, s.number(i64, double(all.rank))), number);
            llvm::for_each(value, mayBe);
            llvm::for_each(all.neutral, mayBe);
          }
          holds = s.make<arith::AndIOp>(holds, isOne);
        }
        return holds;
      });
}

LogicalResult import::convertDeduced(NodeConversion &node, Convert convert) {
  auto deduced = deduceOperand(node);
  if (failed(deduced))
    return failure();
  if (!*deduced)
    return convert(node);
  auto [operand, candidates] = **deduced;
  SmallVector<Converted> chosen;
  // The last one stands for all that the run may give against the stated shape.
  for (ArrayRef<int64_t> value : llvm::reverse(candidates.values)) {
    SmallVector<Converted> operands(node.getOperands());
    operands[operand].value = node.constant(deducedValue(node, operand, value));
    NodeConversion one(node.node, node.builder, operands);
    if (failed(convertDeduced(one, convert)))
      return one.getRemedy().empty() ? node.unsupported(one.getReason())
                                     : node.invalid(one.getReason(), one.getRemedy());
    if (chosen.empty()) {
      chosen = llvm::to_vector(one.getResults());
      continue;
    }
    auto both = chooseAll(node, isCandidate(node, **deduced, value), one.getResults(), chosen);
    if (failed(both))
      return failure();
    chosen = *both;
  }
  return node.replace(chosen);
}
