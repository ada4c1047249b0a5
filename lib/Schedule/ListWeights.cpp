// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lists the weights that are not zero, for groups whose row wants such lists.
#include "dialects/Pith/ConstantReader.h"
#include "lib/Schedule/MatchRows.h"
#include "lib/Schedule/Passes.h"
#include "pith/Kernels/Sparse.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/AsmState.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_LISTWEIGHTS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

/// The words of the weights, depth by rows: four bytes of neighbouring input
/// channels, or one number.
class WeightWords {
public:
  static FailureOr<WeightWords> read(const SparseProduct &product, TypedAttr value,
                                     function_ref<InFlightDiagnostic()> emitError) {
    FailureOr<ConstantReader> reader = ConstantReader::create(value, emitError);
    if (failed(reader))
      return failure();
    WeightWords words(product);
    words.bytes.resize(reader->numElements() * reader->elementBytes());
    reader->read(0, words.bytes);
    return words;
  }

  uint32_t at(int64_t row, int64_t word) const {
    uint32_t result = 0;
    for (int64_t i = 0; i < packed; ++i) {
      int64_t k = word * packed + i;
      int64_t place = (rowsAreFirst ? row * depth + k : k * rows + row) * (4 / packed);
      for (int64_t byte = 0; byte < 4 / packed; ++byte)
        result |= uint32_t(uint8_t(bytes[place + byte])) << (8 * (i + byte));
    }
    return packed == 1 && (result & 0x7fffffff) == 0 ? 0 : result; // -0.0 is zero
  }

private:
  explicit WeightWords(const SparseProduct &product)
      : rows(product.rows), depth(product.depth), packed(product.packed()),
        rowsAreFirst(product.rowsAreFirst) {}

  int64_t rows, depth, packed;
  bool rowsAreFirst;
  std::vector<char> bytes;
};

/// The lists as pith.from_lists reads them.
std::vector<int32_t> makeLists(const SparseProduct &product, const WeightWords &words) {
  int64_t perList = product.pattern == SparsityPattern::Block2x4 ? 2 : 1;
  int64_t number = llvm::divideCeil(product.rows, perList);
  std::vector<int32_t> lists(number + 1);
  for (int64_t list = 0; list < number; ++list) {
    lists[list] = int32_t(lists.size());
    for (int64_t word = 0; word < product.depth / product.packed(); ++word) {
      uint32_t block[2] = {};
      for (int64_t i = 0; i < perList && list * perList + i < product.rows; ++i)
        block[i] = words.at(list * perList + i, word);
      if (!(block[0] | block[1]))
        continue;
      lists.push_back(int32_t(word * product.stride()));
      lists.insert(lists.end(), block, block + perList);
    }
  }
  lists[number] = int32_t(lists.size());
  return lists;
}

TypedAttr constantOf(RankedTensorType type, ArrayRef<int32_t> values) {
  constexpr size_t largestInline = 1024; // numbers: 4 KiB
  if (values.size() <= largestInline)
    return DenseElementsAttr::get(type, values);
  ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()), values.size() * 4);
  llvm::BLAKE3 hasher;
  hasher.update(StringRef(bytes.data(), bytes.size()));
  std::string key = "lists_" + llvm::toHex(ArrayRef<uint8_t>(hasher.final()), true);
  auto &manager = ConstantHandle::getManagerInterface(type.getContext());
  auto *dialect = type.getContext()->getOrLoadDialect<PithDialect>();
  if (auto *known = manager.getBlobManager().lookup(key))
    return ConstantAttr::get(type, ConstantHandle(known, dialect));
  return ConstantAttr::get(
      type, manager.insert(key, HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 4)));
}

struct ListWeights : pith::impl::ListWeightsBase<ListWeights> {
  using Base::Base;

  void runOnOperation() override {
    auto table = RowTable::of(getOperation());
    if (!table)
      return signalPassFailure();
    for (GroupOp group : groupsOf(getOperation())) {
      const KernelRow *row = table->rowOf(group);
      if (row && row->skeleton == &skeletons::sparse && failed(listWeights(group)))
        return signalPassFailure();
    }
  }

private:
  LogicalResult listWeights(GroupOp group) {
    Block &body = group.getBody().front();
    SparseProduct product = sparseProductOf(body);
    TypedAttr value = product.op ? weightsOf(group, product) : TypedAttr();
    if (!value)
      return group.emitError("expected a product with constant weights");
    auto words = WeightWords::read(product, value, [&] { return product.op->emitOpError(); });
    if (failed(words))
      return failure();
    int64_t stride = product.stride();
    if (product.depth / product.packed() > std::numeric_limits<int32_t>::max() / stride)
      return group.emitError("expected offsets of lists in 32 bits");
    std::vector<int32_t> lists = makeLists(product, *words);
    OpBuilder builder(group);
    auto type = RankedTensorType::get({int64_t(lists.size())}, builder.getI32Type());
    Value constant = ConstantOp::create(builder, product.op->getLoc(), type,
                                        constantOf(type, lists), IntegerAttr());
    Value argument = body.addArgument(type, product.op->getLoc());
    group.getInputsMutable().append(constant);
    builder.setInsertionPoint(product.op);
    auto listed =
        FromListsOp::create(builder, product.op->getLoc(), product.weights->get().getType(),
                            argument, product.pattern, stride, product.rowsAreFirst);
    Value dense = product.weights->get();
    product.weights->set(listed);
    if (auto old = dyn_cast<BlockArgument>(dense); old && old.use_empty()) {
      Operation *producer = group.getInputs()[old.getArgNumber()].getDefiningOp();
      group.getInputsMutable().erase(old.getArgNumber());
      body.eraseArgument(old.getArgNumber());
      if (producer->use_empty())
        producer->erase();
    }
    ++numListed;
    return success();
  }

  /// The constant that the product's weights are, inside of the group or outside.
  static TypedAttr weightsOf(GroupOp group, const SparseProduct &product) {
    Value value = product.weights->get();
    if (auto argument = dyn_cast<BlockArgument>(value))
      value = group.getInputs()[argument.getArgNumber()];
    if (auto constant = value.getDefiningOp<ConstantOp>())
      return constant.getValue();
    auto constant = value.getDefiningOp<arith::ConstantOp>();
    return constant ? constant.getValue() : TypedAttr();
  }
};

} // namespace
