// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Mutates modules of MLIR as what they mean: attributes, operands, operators and types
// change, so that most mutants parse, and what holds of a module is tried by its verifiers
// and passes.
#include "test/Fuzz/support/MutateModule.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include <random>

using namespace mlir;

namespace {

constexpr int64_t integers[] = {0,    1,       -1,        2,         3,         4,        5,
                                7,    8,       16,        17,        31,        64,       127,
                                128,  255,     256,       -2,        -128,      100,      513,
                                4096, 1 << 20, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
constexpr double floats[] = {0.0, -0.0, 1.0, -1.0, 0.5, 255.0, 1e-45, 3.4e38, 1e300, INFINITY, NAN};

class ModuleMutator {
public:
  ModuleMutator(ModuleOp module, unsigned seed) : random(seed), module(module) {
    module->walk([&](Operation *op) { operations.push_back(op); });
  }

  void mutate() {
    for (unsigned tries = 0; tries < 16; ++tries)
      if (tryOnce())
        return;
  }

private:
  size_t below(size_t bound) { return bound ? random() % bound : 0; }
  Operation *anyOperation() { return operations[below(operations.size())]; }
  int64_t integer() { return integers[below(std::size(integers))]; }

  bool tryOnce() {
    switch (below(10)) {
    case 0:
      return changeSizes();
    case 1:
      return changeElements();
    case 2:
      return erase(anyOperation());
    case 3:
      return copy(anyOperation());
    case 4:
      return move(anyOperation());
    case 5:
    case 6:
      return changeOperand(anyOperation());
    default:
      return changeAttribute(anyOperation());
    }
  }

  /// An attribute goes, moves to another operator, or changes and keeps its kind.
  bool changeAttribute(Operation *op) {
    SmallVector<NamedAttribute> attributes = llvm::to_vector(op->getAttrDictionary().getValue());
    if (attributes.empty())
      return false;
    NamedAttribute chosen = attributes[below(attributes.size())];
    if (below(8) == 0 && op->getDiscardableAttr(chosen.getName()))
      return bool(op->removeDiscardableAttr(chosen.getName()));
    if (below(8) == 0) {
      anyOperation()->setDiscardableAttr(chosen.getName(), chosen.getValue());
      return true;
    }
    Attribute changed = other(chosen.getValue());
    if (!changed || changed == chosen.getValue())
      return false;
    op->setAttr(chosen.getName(), changed);
    // An operator's own attribute may be of a narrower kind.
    if (op->getAttr(chosen.getName()) != changed)
      op->setAttr(chosen.getName(), chosen.getValue());
    return op->getAttr(chosen.getName()) == changed;
  }

  Attribute other(Attribute from) {
    if (auto flag = dyn_cast<BoolAttr>(from))
      return BoolAttr::get(from.getContext(), !flag.getValue());
    if (auto number = dyn_cast<IntegerAttr>(from)) {
      unsigned bits = number.getValue().getBitWidth();
      APInt next = number.getValue() + (below(2) ? 1 : -1);
      if (below(2))
        next = APInt(64, uint64_t(integer())).sextOrTrunc(bits);
      return IntegerAttr::get(number.getType(), next);
    }
    if (auto number = dyn_cast<FloatAttr>(from))
      return FloatAttr::get(number.getType(), floats[below(std::size(floats))]);
    if (isa<StringAttr>(from))
      return StringAttr::get(from.getContext(), anyText());
    if (auto type = dyn_cast<TypeAttr>(from))
      return isa<FunctionType>(type.getValue()) ? Attribute()
                                                : TypeAttr::get(anyType(type.getValue()));
    if (auto symbol = dyn_cast<FlatSymbolRefAttr>(from))
      return FlatSymbolRefAttr::get(from.getContext(), anyText());
    if (auto list = dyn_cast<DenseI64ArrayAttr>(from)) {
      SmallVector<int64_t> values = llvm::to_vector(list.asArrayRef());
      changeList(values, [&](int64_t value) { return below(2) ? value + 1 : integer(); });
      return DenseI64ArrayAttr::get(from.getContext(), values);
    }
    if (auto list = dyn_cast<ArrayAttr>(from)) {
      SmallVector<Attribute> values = llvm::to_vector(list.getValue());
      changeList(values, [&](Attribute value) {
        Attribute changed = other(value);
        return changed ? changed : value;
      });
      return ArrayAttr::get(from.getContext(), values);
    }
    if (auto entries = dyn_cast<DictionaryAttr>(from)) {
      NamedAttrList list(entries);
      if (list.empty())
        return {};
      NamedAttribute entry = *(list.begin() + below(entries.size()));
      Attribute changed = below(4) ? other(entry.getValue()) : Attribute();
      if (changed)
        list.set(entry.getName(), changed);
      else
        list.erase(entry.getName());
      return list.getDictionary(from.getContext());
    }
    if (auto dense = dyn_cast<DenseIntElementsAttr>(from); dense && dense.isSplat())
      return DenseElementsAttr::get(dense.getType(),
                                    cast<IntegerAttr>(other(dense.getSplatValue<Attribute>())));
    return {};
  }

  template <typename T> void changeList(SmallVector<T> &values, function_ref<T(T)> change) {
    if (values.empty())
      return;
    size_t at = below(values.size());
    switch (below(5)) {
    case 0:
      values.erase(values.begin() + at);
      return;
    case 1:
      values.push_back(values[at]);
      return;
    case 2:
      return std::swap(values[at], values[below(values.size())]);
    default:
      values[at] = change(values[at]);
    }
  }
  template <typename T, typename F> void changeList(SmallVector<T> &values, F change) {
    changeList<T>(values, function_ref<T(T)>(change));
  }

  /// A string of the module: names of values, kernels, functions, targets.
  StringRef anyText() {
    SmallVector<StringRef> texts;
    for (unsigned tries = 0; tries < 8; ++tries)
      anyOperation()->getAttrDictionary().walk(
          [&](StringAttr text) { texts.push_back(text.getValue()); });
    return texts.empty() ? "" : texts[below(texts.size())];
  }

  Type anyType(Type otherwise) {
    Operation *op = anyOperation();
    return op->getNumResults() ? op->getResult(below(op->getNumResults())).getType() : otherwise;
  }

  /// What stands in front of an operator, here or around it.
  SmallVector<Value> valuesFor(Operation *op) {
    SmallVector<Value> values;
    for (Operation *at = op; at && at->getBlock(); at = at->getParentOp()) {
      llvm::append_range(values, at->getBlock()->getArguments());
      for (Operation *before = at->getPrevNode(); before; before = before->getPrevNode())
        llvm::append_range(values, before->getResults());
    }
    return values;
  }

  Value valueLike(Operation *user, Value value) {
    SmallVector<Value> found;
    for (Value other : valuesFor(user))
      if (other != value && (other.getType() == value.getType() || below(64) == 0))
        found.push_back(other);
    return found.empty() ? Value() : found[below(found.size())];
  }

  bool changeOperand(Operation *op) {
    if (!op->getNumOperands())
      return false;
    unsigned index = unsigned(below(op->getNumOperands()));
    if (below(4) == 0) {
      unsigned second = unsigned(below(op->getNumOperands()));
      Value kept = op->getOperand(index);
      op->setOperand(index, op->getOperand(second));
      op->setOperand(second, kept);
      return index != second;
    }
    Value other = valueLike(op, op->getOperand(index));
    if (other)
      op->setOperand(index, other);
    return bool(other);
  }

  bool erase(Operation *op) {
    if (op == module || op->hasTrait<OpTrait::IsTerminator>())
      return false;
    for (Value result : op->getResults())
      if (Value other = result.use_empty() ? Value() : valueLike(op, result))
        result.replaceAllUsesWith(other);
      else if (!result.use_empty())
        return false;
    // What is inside is not chosen again: one change is made.
    op->erase();
    return true;
  }

  bool copy(Operation *op) {
    if (op == module || op->hasTrait<OpTrait::IsTerminator>())
      return false;
    Operation *second = op->clone();
    op->getBlock()->getOperations().insertAfter(op->getIterator(), second);
    for (auto [old, fresh] : llvm::zip(op->getResults(), second->getResults()))
      for (OpOperand &use : llvm::make_early_inc_range(old.getUses()))
        if (below(2))
          use.set(fresh);
    return true;
  }

  bool move(Operation *op) {
    if (op == module || op->hasTrait<OpTrait::IsTerminator>())
      return false;
    Operation *to = anyOperation();
    if (to == module || to == op || op->isAncestor(to))
      return false;
    op->moveBefore(to);
    return true;
  }

  /// All dimensions of one size become another: most modules stay in order.
  bool changeSizes() {
    SmallVector<int64_t> sizes;
    eachShape([&](ShapedType type) { llvm::append_range(sizes, type.getShape()); });
    if (sizes.empty())
      return false;
    int64_t from = sizes[below(sizes.size())];
    int64_t to = below(4) ? int64_t(below(40)) : std::abs(integer() % (1 << 20));
    return replaceShapes([&](ShapedType type) {
      SmallVector<int64_t> shape = llvm::to_vector(type.getShape());
      llvm::replace(shape, from, to);
      return cast<Type>(type.clone(shape));
    });
  }

  /// One element type, or one whole type, becomes another.
  bool changeElements() {
    SmallVector<ShapedType> types;
    eachShape([&](ShapedType type) { types.push_back(type); });
    if (types.empty())
      return false;
    ShapedType one = types[below(types.size())], with = types[below(types.size())];
    Builder b(module.getContext());
    Type elements[] = {with.getElementType(), b.getF32Type(),     b.getF16Type(), b.getF64Type(),
                       b.getBF16Type(),       b.getI1Type(),      b.getI8Type(),  b.getI32Type(),
                       b.getI64Type(),        b.getIntegerType(4)};
    Type element = elements[below(std::size(elements))];
    bool only = below(2);
    return replaceShapes([&](ShapedType type) {
      bool chosen = only ? type == one : type.getElementType() == one.getElementType();
      return chosen ? cast<Type>(type.clone(element)) : cast<Type>(type);
    });
  }

  void eachShape(function_ref<void(ShapedType)> see) {
    auto seeIfRanked = [&](Type type) {
      if (auto shaped = dyn_cast<ShapedType>(type); shaped && shaped.hasRank())
        see(shaped);
    };
    for (Operation *op : operations) {
      llvm::for_each(op->getResultTypes(), seeIfRanked);
      for (Region &region : op->getRegions())
        for (Block &block : region)
          llvm::for_each(block.getArgumentTypes(), seeIfRanked);
    }
  }

  bool replaceShapes(function_ref<Type(ShapedType)> replace) {
    AttrTypeReplacer replacer;
    replacer.addReplacement([&](Type type) -> std::optional<Type> {
      auto shaped = dyn_cast<ShapedType>(type);
      // Layouts of memory and encodings belong to one shape.
      if (!shaped || !shaped.hasRank() || !isa<RankedTensorType, MemRefType, VectorType>(type) ||
          (isa<MemRefType>(type) && !cast<MemRefType>(type).getLayout().isIdentity()))
        return std::nullopt;
      return replace(shaped);
    });
    // Attributes that hold values of their type.
    replacer.addReplacement(
        [&](DenseElementsAttr dense) -> std::optional<std::pair<Attribute, WalkResult>> {
          ShapedType type = dense.getType();
          Type next = replace(type);
          bool fits =
              dense.isSplat() && cast<ShapedType>(next).getElementType() == type.getElementType();
          return std::pair(fits ? Attribute(dense.resizeSplat(cast<ShapedType>(next))) : dense,
                           WalkResult::skip());
        });
    replacer.addReplacement([](TypedAttr value) -> std::optional<std::pair<Attribute, WalkResult>> {
      return std::pair(Attribute(value), WalkResult::skip());
    });
    replacer.recursivelyReplaceElementsIn(module, /*replaceAttrs=*/true, /*replaceLocs=*/false,
                                          /*replaceTypes=*/true);
    return true;
  }

  std::minstd_rand random;
  ModuleOp module;
  SmallVector<Operation *> operations;
};

} // namespace

std::string pith::fuzz::changedModule(llvm::StringRef text, const DialectRegistry &dialects,
                                      unsigned seed) {
  MLIRContext context(dialects, MLIRContext::Threading::DISABLED);
  ScopedDiagnosticHandler silence(&context, [](Diagnostic &) { return success(); });
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(text, ParserConfig(&context, /*verifyAfterParse=*/false));
  if (!module)
    return "";
  ModuleMutator(*module, seed).mutate();
  std::string changed;
  llvm::raw_string_ostream os(changed);
  // The other form is verified first.
  (*module)->print(os, OpPrintingFlags().printGenericOpForm().useLocalScope());
  return changed;
}
