// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Choice.h"
#include "lib/Import/Ops/Scalars.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

static std::string describe(const Converted &value) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (value.isEmptyOptional)
    stream << "an optional without an element";
  else if (value.sequence)
    stream << "a sequence of " << value.sequence->size();
  else if (!value.value)
    stream << "nothing";
  else
    stream << RankedTensorType::get(shapeOf(value.value), value.elementType);
  return text;
}

static FailureOr<Converted> choose(NodeConversion &node, Value condition, const Converted &yes,
                                   const Converted &no) {
  auto select = [&](Value a, Value b) {
    return node.map({condition, a, b}, shapeOf(a), elementOf(a),
                    [](OpBuilder &builder, Location loc, ValueRange x) {
                      return Scalars{builder, loc}.select(x[0], x[1], x[2]);
                    });
  };
  bool isOne = bool(yes.sequence) == bool(no.sequence) && bool(yes.value) == bool(no.value) &&
               bool(yes.count) == bool(no.count) && yes.isEmptyOptional == no.isEmptyOptional;
  if (isOne && yes.value)
    isOne = yes.value.getType() == no.value.getType() && yes.elementType == no.elementType;
  if (isOne && yes.sequence)
    isOne = yes.sequence->size() == no.sequence->size();
  if (!isOne)
    return node.unsupported("expected a result of one type and shape whatever the run chooses, "
                            "got " +
                            describe(yes) + " and " + describe(no) +
                            "; make the condition a constant, or pad the smaller one in the model");
  Converted result{{}, yes.elementType};
  result.isEmptyOptional = yes.isEmptyOptional;
  if (yes.value)
    result.value = select(yes.value, no.value);
  if (yes.count)
    result.count = select(yes.count, no.count);
  if (yes.sequence) {
    auto elements = chooseAll(node, condition, *yes.sequence, *no.sequence);
    if (failed(elements))
      return failure();
    result.sequence = std::make_shared<std::vector<Converted>>(elements->begin(), elements->end());
  }
  return result;
}

FailureOr<SmallVector<Converted>> import::chooseAll(NodeConversion &node, Value condition,
                                                    ArrayRef<Converted> yes,
                                                    ArrayRef<Converted> no) {
  SmallVector<Converted> results;
  for (const auto &[first, second] : llvm::zip_equal(yes, no)) {
    auto chosen = choose(node, condition, first, second);
    if (failed(chosen))
      return failure();
    results.push_back(*chosen);
  }
  return results;
}

void Running::enter(int64_t trip, Value condition) {
  Type bit = node.builder.getI1Type(), i64 = node.builder.getI64Type();
  auto both = [&](Value a, Value b) {
    return node.map({a, b}, bit, [](OpBuilder &builder, Location loc, ValueRange x) -> Value {
      return arith::AndIOp::create(builder, loc, x[0], x[1]);
    });
  };
  if (condition) {
    condition = node.reshape(condition, {});
    active = active ? both(active, condition) : condition;
  }
  if (limit) {
    Value isBelow =
        node.map(node.reshape(limit, {}), bit, [&](OpBuilder &builder, Location loc, ValueRange x) {
          Scalars s{builder, loc};
          return s.less(s.number(x[0].getType(), double(trip)), x[0]);
        });
    active = active ? both(active, isBelow) : isBelow;
  }
  if (!active)
    return;
  Value before = entered ? entered : node.ints({trip});
  entered = node.map({before, active}, i64, [&](OpBuilder &builder, Location loc, ValueRange x) {
    Scalars s{builder, loc};
    return s.add(x[0], s.make<arith::ExtUIOp>(i64, x[1]));
  });
}

FailureOr<SmallVector<Converted>> Running::keep(ArrayRef<Converted> news, ArrayRef<Converted> old) {
  return active ? chooseAll(node, active, news, old) : llvm::to_vector(news);
}

FailureOr<SmallVector<Converted>> Running::rows(ArrayRef<Converted> rows) {
  SmallVector<Converted> zeros;
  for (const Converted &row : rows) {
    if (!row.value || row.count)
      return node.unsupported("expected scan outputs that are tensors of known size");
    zeros.push_back({node.splat(shapeOf(row.value), elementOf(row.value), 0), row.elementType});
  }
  return active ? chooseAll(node, active, rows, zeros) : llvm::to_vector(rows);
}
