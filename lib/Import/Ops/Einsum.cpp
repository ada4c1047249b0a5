// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Einsum: operands join from the left; each join is one product, batched over
// the letters that both have and somebody still needs.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Scalars.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// A tensor whose dimensions have letters. Those of an ellipsis are numbers from
/// its end: '0' is the last.
struct Term {
  std::string letters;
  Value value;

  bool has(char letter) const { return letters.find(letter) != std::string::npos; }
  int64_t sizeOf(char letter) const { return shapeOf(value)[letters.find(letter)]; }
};

class Einsum {
public:
  explicit Einsum(NodeConversion &node) : node(node) {}

  LogicalResult run() {
    if (failed(parse()))
      return failure();
    Term result = terms.front();
    result = sumUnneeded(result, 1);
    for (size_t index = 1; index < terms.size(); ++index) {
      auto joined = join(result, sumUnneeded(terms[index], index + 1, result.letters), index + 1);
      if (failed(joined))
        return failure();
      result = *joined;
    }
    return node.replace(inOrder(result, output));
  }

private:
  LogicalResult parse() {
    std::string text;
    for (char c : node.string("equation"))
      if (c != ' ')
        text.push_back(c);
    auto [left, right] = StringRef(text).split("->");
    SmallVector<StringRef> parts;
    left.split(parts, ',');
    if (parts.size() != node.numOperands())
      return node.unsupported("expected one term of the equation for each operand");
    std::string batch;
    for (auto [index, part] : llvm::enumerate(parts)) {
      auto letters = expand(part, node.rank(index), batch);
      if (failed(letters))
        return failure();
      terms.push_back(withoutRepeats({*letters, node.operand(index)}));
    }
    if (StringRef(text).contains("->")) {
      auto letters = expand(right, -1, batch);
      if (failed(letters))
        return failure();
      output = *letters;
    } else { // letters that occur once, in order, behind the ellipsis
      std::string all = left.str();
      llvm::erase_if(all, [](char c) { return !llvm::isAlpha(c); });
      llvm::sort(all);
      output = batch;
      for (char c : all)
        if (llvm::count(all, c) == 1)
          output.push_back(c);
    }
    for (char letter : output)
      if (llvm::count(output, letter) != 1 ||
          llvm::none_of(terms, [&](const Term &term) { return term.has(letter); }))
        return node.unsupported("expected each letter of the result once, and in an operand");
    return success();
  }

  /// Letters, with those of an ellipsis; `rank` is -1 for the result.
  FailureOr<std::string> expand(StringRef text, int64_t rank, std::string &batch) {
    auto [before, after] = text.split("...");
    bool hasEllipsis = text.contains("...");
    for (char c : before.str() + after.str())
      if (!llvm::isAlpha(c))
        return node.unsupported("expected letters in the equation, got '" + text + "'");
    int64_t named = before.size() + after.size();
    int64_t count = rank < 0 ? int64_t(batch.size()) : rank - named;
    if (count < 0 || count > 9 || (!hasEllipsis && rank >= 0 && count != 0))
      return node.unsupported("expected a letter for each dimension, got '" + text + "'");
    std::string dims;
    for (int64_t dim = count - 1; hasEllipsis && dim >= 0; --dim)
      dims.push_back(char('0' + dim));
    if (dims.size() > batch.size())
      batch = dims;
    return before.str() + dims + after.str();
  }

  /// A letter twice in one term is its diagonal.
  Term withoutRepeats(Term term) {
    std::string once;
    for (char letter : term.letters)
      if (once.find(letter) == std::string::npos)
        once.push_back(letter);
    if (once == term.letters)
      return term;
    SmallVector<int64_t> shape;
    for (char letter : once)
      shape.push_back(term.sizeOf(letter));
    Value diagonal = generate(node, shape, elementOf(term.value),
                              [&](OpBuilder &builder, Location loc, ValueRange at) -> Value {
                                SmallVector<Value> indices;
                                for (char letter : term.letters)
                                  indices.push_back(at[once.find(letter)]);
                                return tensor::ExtractOp::create(builder, loc, term.value, indices);
                              });
    return {once, diagonal};
  }

  bool isNeeded(char letter, size_t from, StringRef others) const {
    if (output.find(letter) != std::string::npos || others.contains(letter))
      return true;
    return llvm::any_of(ArrayRef(terms).drop_front(std::min(from, terms.size())),
                        [&](const Term &term) { return term.has(letter); });
  }

  /// Sums over letters that neither `others`, the terms from `from` on, nor the
  /// result have.
  Term sumUnneeded(const Term &term, size_t from, StringRef others = "") {
    SmallVector<int64_t> dims;
    std::string kept;
    for (auto [dim, letter] : llvm::enumerate(term.letters))
      if (isNeeded(letter, from, others))
        kept.push_back(letter);
      else
        dims.push_back(dim);
    if (dims.empty())
      return term;
    Value sum = ReduceOp::create(node.builder, node.loc, ReduceKind::Sum, term.value,
                                 /*zero_point=*/Value(), dims, /*keep_dims=*/false,
                                 /*is_signed=*/false, /*accumulator=*/TypeAttr());
    return {kept, sum};
  }

  /// The term's dimensions in the order of `letters`; missing ones have size 1.
  Value inOrder(const Term &term, StringRef letters) {
    SmallVector<int64_t> permutation, shape;
    for (char letter : letters) {
      shape.push_back(term.has(letter) ? term.sizeOf(letter) : 1);
      if (term.has(letter))
        permutation.push_back(term.letters.find(letter));
    }
    return node.reshape(node.transpose(term.value, permutation), shape);
  }

  FailureOr<Term> join(const Term &lhs, const Term &rhs, size_t from) {
    std::string batch, summed, rows, columns;
    for (char letter : lhs.letters) {
      if (!rhs.has(letter)) {
        rows.push_back(letter);
        continue;
      }
      int64_t a = lhs.sizeOf(letter), b = rhs.sizeOf(letter);
      if (a != b && a != 1 && b != 1)
        return node.unsupported("expected one size for each letter, got " + Twine(a) + " and " +
                                Twine(b));
      // A sum over a letter that one side repeats is no product of matrices.
      (isNeeded(letter, from, "") || a != b ? batch : summed).push_back(letter);
    }
    for (char letter : rhs.letters)
      if (!lhs.has(letter))
        columns.push_back(letter);
    auto sizes = [&](const Term &term, StringRef letters) {
      SmallVector<int64_t> result;
      for (char letter : letters)
        result.push_back(term.sizeOf(letter));
      return result;
    };
    auto matrix = [&](const Term &term, StringRef first, StringRef second) {
      SmallVector<int64_t> shape = sizes(term, batch);
      shape.push_back(countOf(sizes(term, first)));
      shape.push_back(countOf(sizes(term, second)));
      return node.reshape(inOrder(term, (batch + first + second).str()), shape);
    };
    auto product = node.create<MatmulOp>(matrix(lhs, rows, summed), matrix(rhs, summed, columns),
                                         Value(), false, false);
    if (failed(product))
      return failure();
    SmallVector<int64_t> shape(shapeOf(*product).drop_back(2));
    llvm::append_range(shape, sizes(lhs, rows));
    llvm::append_range(shape, sizes(rhs, columns));
    return sumUnneeded({batch + rows + columns, node.reshape(*product, shape)}, from);
  }

  NodeConversion &node;
  SmallVector<Term> terms;
  std::string output;
};

LogicalResult convertEinsum(NodeConversion &node) { return Einsum(node).run(); }

} // namespace

void import::addEinsumConverters(ConverterTable &table) { table.add("Einsum", 12, convertEinsum); }
