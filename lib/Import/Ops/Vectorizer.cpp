// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// TfIdfVectorizer on numbers: how often short runs of numbers occur in a row.
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Scalars.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <set>

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

// Of comparisons in the program, and of places in its tables.
constexpr int64_t mostComparisons = 1024, mostColumns = 1 << 22;

/// The runs of one length.
struct Grams {
  int64_t size, count;
  ArrayRef<int64_t> numbers; ///< run by run
};

class Vectorizer {
public:
  explicit Vectorizer(NodeConversion &node)
      : node(node), least(node.i64("min_gram_length")), most(node.i64("max_gram_length")),
        skips(node.i64("max_skip_count")), pool(node.ints("pool_int64s")),
        columns(node.ints("ngram_indexes")) {}

  LogicalResult run() {
    StringRef mode = node.string("mode");
    if (mode != "TF" && mode != "IDF" && mode != "TFIDF")
      return node.unsupported("expected mode TF, IDF or TFIDF, got '" + mode + "'");
    if (failed(checkInput()) || failed(listGrams()) || failed(checkColumns()))
      return failure();
    FailureOr<Value> counts = countAll();
    if (failed(counts))
      return failure();
    FailureOr<Value> result = weigh(addTogether(*counts), mode);
    if (failed(result))
      return failure();
    if (node.rank(0) == 2)
      return node.replace(Converted{*result, elementOf(*result)});
    Value row = node.reshape(*result, {width});
    return node.replace(Converted{row, elementOf(row)});
  }

private:
  LogicalResult checkInput() {
    auto type = dyn_cast<IntegerType>(node.onnxElement(0));
    if (!type || type.getWidth() < 32 || type.isUnsigned() || node.has("pool_strings"))
      return node.unsupported("expected numbers of type i32 or i64, and no pool_strings");
    int64_t rank = node.rank(0);
    if (rank > 2 || (rank == 2 && node.shape(0)[0] < 1))
      return node.unsupported("expected one or two dimensions, and at least one row");
    rows = rank == 2 ? node.shape(0)[0] : 1;
    length = rank == 0 ? 1 : node.shape(0).back();
    if (least < 1 || most < least || skips < 0)
      return node.unsupported("expected 1 <= min_gram_length <= max_gram_length and a "
                              "max_skip_count that is not negative");
    return success();
  }

  /// The pool holds runs of 1, of 2, ... numbers; `ngram_counts` tells where each begins.
  LogicalResult listGrams() {
    SmallVector<int64_t> starts = node.ints("ngram_counts");
    starts.push_back(pool.size());
    int64_t total = 0;
    for (auto [index, start] : llvm::enumerate(ArrayRef(starts).drop_back())) {
      int64_t size = index + 1;
      int64_t items = start < 0 || starts[index + 1] < start ? -1 : starts[index + 1] - start;
      if (items < 0 || items % size != 0)
        return node.unsupported("expected ngram_counts that part the pool into whole n-grams");
      ArrayRef<int64_t> numbers = ArrayRef(pool).slice(start, items);
      std::set<std::vector<int64_t>> seen;
      for (int64_t at = 0; at < items; at += size)
        if (!seen.insert(numbers.slice(at, size).vec()).second)
          return node.unsupported("expected n-grams that differ from each other");
      grams.push_back({size, items / size, numbers});
      total += items / size;
    }
    if (total == 0 || total != int64_t(columns.size()))
      return node.unsupported("expected as many ngram_indexes as n-grams, got " +
                              Twine(columns.size()) + " for " + Twine(total));
    return success();
  }

  LogicalResult checkColumns() {
    if (llvm::any_of(columns, [](int64_t column) { return column < 0; }))
      return node.unsupported("expected ngram_indexes of at least 0");
    int64_t last = *llvm::max_element(columns);
    if (last >= mostColumns)
      return node.unsupported("expected ngram_indexes below " + Twine(mostColumns) + ", got " +
                              Twine(last));
    width = last + 1;
    if (failed(checkSize(node, {rows, width})) ||
        failed(checkSize(node, {rows, int64_t(columns.size()) + 1})))
      return failure();
    std::vector<int64_t> uses(width);
    for (int64_t column : columns)
      together = std::max(together, ++uses[column]);
    if (together > mostColumns / width)
      return node.unsupported("expected at most " + Twine(mostColumns / width) +
                              " n-grams of one index among " + Twine(width) + ", got " +
                              Twine(together));
    return success();
  }

  /// i64 [rows, n-grams + 1]; the last column is 0.
  FailureOr<Value> countAll() {
    Type i64 = node.builder.getI64Type();
    Value input = node.reshape(node.operand(0), {rows, length});
    if (elementOf(input) != i64)
      input = node.map(input, i64, [&](OpBuilder &builder, Location loc, ValueRange x) {
        return Scalars{builder, loc}.cast(x[0], false, i64, false);
      });
    SmallVector<Value> parts;
    int64_t comparisons = 0;
    for (const Grams &each : grams) {
      if (each.count == 0)
        continue;
      Value counts = node.splat({rows, each.count}, i64, 0);
      // What lies between the numbers of a run makes no difference where there is one.
      int64_t distances = each.size == 1 ? 1 : std::min(skips, length) + 1;
      bool isCounted = least <= each.size && each.size <= most;
      for (int64_t distance = 1; isCounted && distance <= distances; ++distance) {
        if ((each.size - 1) > (length - 1) / distance || length == 0)
          break;
        comparisons += each.size;
        if (comparisons > mostComparisons)
          return node.unsupported("expected fewer lengths and skips of n-grams: at most " +
                                  Twine(mostComparisons) + " comparisons");
        counts = addMatches(counts, input, each, distance);
      }
      parts.push_back(counts);
    }
    parts.push_back(node.splat({rows, 1}, i64, 0));
    return node.concat(parts, 1);
  }

  Value addMatches(Value counts, Value input, const Grams &each, int64_t distance) {
    Type i64 = node.builder.getI64Type();
    SmallVector<Value> wanted;
    for (int64_t k = 0; k < each.size; ++k) {
      SmallVector<int64_t> numbers;
      for (int64_t gram = 0; gram < each.count; ++gram)
        numbers.push_back(each.numbers[gram * each.size + k]);
      wanted.push_back(node.constant(DenseElementsAttr::get(
          RankedTensorType::get({1, each.count}, i64), ArrayRef<int64_t>(numbers))));
    }
    int64_t starts = length - distance * (each.size - 1);
    return repeat(node, starts, {counts},
                  [&](TensorBuilder &inside, Value start, ValueRange carried) {
                    SmallVector<Value> operands{carried[0]};
                    for (int64_t k = 0; k < each.size; ++k) {
                      Value by =
                          arith::ConstantIndexOp::create(inside.builder, inside.loc, k * distance);
                      Value at = arith::AddIOp::create(inside.builder, inside.loc, start, by);
                      operands.push_back(readAt(inside, input, 1, at));
                      operands.push_back(wanted[k]);
                    }
                    Value sum = inside.map(
                        operands, i64, [&](OpBuilder &builder, Location loc, ValueRange x) {
                          Scalars s{builder, loc};
                          Value isMatch = s.equal(x[1], x[2]);
                          for (size_t k = 3; k < x.size(); k += 2)
                            isMatch = s.make<arith::AndIOp>(isMatch, s.equal(x[k], x[k + 1]));
                          return s.add(x[0], s.make<arith::ExtUIOp>(i64, isMatch));
                        });
                    return SmallVector<Value>{sum};
                  })
        .front();
  }

  /// Counts of n-grams that have one index, as f32 [rows, width].
  Value addTogether(Value counts) {
    auto none = int64_t(columns.size());
    std::vector<SmallVector<int64_t>> tables(together, SmallVector<int64_t>(width, none));
    std::vector<int64_t> uses(width);
    for (auto [gram, column] : llvm::enumerate(columns))
      tables[uses[column]++][column] = gram;
    Value sum;
    for (SmallVector<int64_t> &table : tables) {
      Value taken = take(node, counts, {std::nullopt, table});
      sum = !sum ? taken
                 : node.map({sum, taken}, elementOf(sum),
                            [](OpBuilder &builder, Location loc, ValueRange x) {
                              return Scalars{builder, loc}.add(x[0], x[1]);
                            });
    }
    Type f32 = node.builder.getF32Type();
    return node.map(sum, f32, [&](OpBuilder &builder, Location loc, ValueRange x) {
      return Scalars{builder, loc}.cast(x[0], false, f32, false);
    });
  }

  /// Weights go by the index, as ONNX's evaluator and ONNX Runtime have them.
  FailureOr<Value> weigh(Value counts, StringRef mode) {
    if (mode == "TF")
      return counts;
    Type f32 = node.builder.getF32Type();
    SmallVector<double> given = node.floats("weights", SmallVector<double>(width, 1));
    if (int64_t(given.size()) < width)
      return node.unsupported("expected a weight for each of " + Twine(width) + " indexes, got " +
                              Twine(given.size()));
    SmallVector<float> factors(given.begin(), given.begin() + width);
    Value weights = node.constant(
        DenseElementsAttr::get(RankedTensorType::get({1, width}, f32), ArrayRef<float>(factors)));
    bool isCount = mode == "TFIDF";
    return node.map({counts, weights}, f32, [=](OpBuilder &builder, Location loc, ValueRange x) {
      Scalars s{builder, loc};
      Value zero = s.number(f32, 0);
      return isCount ? s.mul(x[0], x[1]) : s.select(s.less(zero, x[0]), x[1], zero);
    });
  }

  NodeConversion &node;
  int64_t least, most, skips, rows = 1, length = 1, width = 0, together = 0;
  SmallVector<int64_t> pool, columns;
  SmallVector<Grams> grams;
};

LogicalResult convertTfIdfVectorizer(NodeConversion &node) { return Vectorizer(node).run(); }

} // namespace

void import::addVectorizerConverters(ConverterTable &table) {
  table.add("TfIdfVectorizer", 9, convertTfIdfVectorizer);
}
