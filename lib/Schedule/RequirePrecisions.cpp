// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compares the precisions of products with what the chosen rows have instructions for.
#include "lib/Schedule/MatchRows.h"
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Passes.h"
#include "pith/Target/ModuleTarget.h"
#include "pith/Target/Precision.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_REQUIREPRECISIONS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

/// Whether weights are unpacked from 4 bits, in this group or in one in front.
bool isOfFourBits(GroupOp group, Value value) {
  value = outerValue(group, value);
  Operation *op = value.getDefiningOp();
  if (auto other = dyn_cast_or_null<GroupOp>(op)) {
    auto yield = cast<YieldOp>(other.getBody().front().getTerminator());
    return isOfFourBits(other, yield.getValues()[cast<OpResult>(value).getResultNumber()]);
  }
  if (auto unpack = dyn_cast_or_null<UnpackOp>(op))
    return unpack.getWidth() == 4;
  OpClass kind = op ? classify(op) : OpClass::Other;
  return (kind == OpClass::View || kind == OpClass::Movement) &&
         isOfFourBits(group, op->getOperand(0));
}

SmallVector<Precision> precisionsOf(GroupOp group, const Product &product) {
  SmallVector<Precision> result;
  Type left = getElementTypeOrSelf(product.lhs.getType()),
       right = getElementTypeOrSelf(product.rhs.getType());
  if (left.isInteger() && right.isInteger(8))
    result.push_back(isOfFourBits(group, product.rhs) ? Precision::Int4 : Precision::Int8);
  if (right.isF32())
    result.push_back(Precision::F32);
  if (right.isF16())
    result.push_back(Precision::F16);
  if (right.isBF16())
    result.push_back(Precision::BF16);
  auto zeros = product.op->getAttrOfType<SparsityAttr>(sparsityAttrName);
  if (zeros && zeros.getPattern() != SparsityPattern::Dense)
    result.push_back(Precision::Sparse);
  return result;
}

struct RequirePrecisions : pith::impl::RequirePrecisionsBase<RequirePrecisions> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto options = module->getAttrOfType<DictionaryAttr>("pith.options");
    auto wanted = options ? options.getAs<StringAttr>("require") : StringAttr();
    if (!wanted)
      return;
    SmallVector<StringRef> required;
    wanted.getValue().split(required, ',', -1, /*KeepEmpty=*/false);
    auto fallback = options.getAs<StringAttr>("fallback");
    auto table = RowTable::of(module);
    if (!table)
      return signalPassFailure();
    module.walk([&](GroupOp group) {
      std::optional<Product> product = productOf(anchorOf(group));
      const KernelRow *row = product ? table->rowOf(group) : nullptr;
      if (!row)
        return;
      SmallVector<StringRef> lacking;
      for (Precision precision : precisionsOf(group, *product))
        if (llvm::is_contained(required, name(precision)) && !isNative(*row, precision))
          lacking.push_back(name(precision));
      if (lacking.empty())
        return;
      if (fallback && fallback.getValue() == "on") {
        product->op->setAttr(fallbackAttrName,
                             StringAttr::get(module.getContext(), llvm::join(lacking, ", ")));
        return;
      }
      complain(group, *product, table->target(), lacking);
      signalPassFailure();
    });
  }

private:
  void complain(GroupOp group, const Product &product, const Target &target,
                ArrayRef<StringRef> lacking) {
    auto machine = getOperation()->getAttrOfType<TargetAttr>(targetAttrName);
    KernelAttr chosen = group.getKernelAttr();
    for (StringRef each : lacking) {
      Precision precision = *precisionByName(each);
      InFlightDiagnostic error = product.op->emitError();
      error << "unsupported: no instruction for " << each << ": target '" << target.name()
            << "' runs this " << product.op->getName() << " on " << chosen.getRow() << ", for CPU '"
            << variantName(machine) << "'";
      for (const KernelRow &row : rowsOf(target))
        if (isNative(row, precision))
          for (StringAttr reason : chosen.getRejected())
            if (reason.getValue().starts_with((row.name + ":").str()))
              error.attachNote() << reason.getValue();
      PrecisionSupport support = precisionSupport(target, machine, precision);
      error.attachNote() << "CPUs with " << each << ": "
                         << (support.cpus.empty() ? "none" : llvm::join(support.cpus, ", "))
                         << "; --fallback accepts slower code with the same results";
    }
  }
};

} // namespace
