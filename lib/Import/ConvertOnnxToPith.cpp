// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Converts the functions of a module: their arguments and results here, their
// nodes in GraphConversion.
#include "dialects/Pith/PithExtern.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Import/GraphConversion.h"
#include "lib/Import/Ops/Narrow.h"
#include "lib/Import/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/StringSet.h"

namespace pith {
#define GEN_PASS_DEF_CONVERTONNXTOPITH
#include "lib/Import/Passes.h.inc"
} // namespace pith

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// What stands for an ONNX type at the model's boundary: signless, and a byte
/// for a bool or a code of less than a byte. Null when the type is not a tensor of static shape.
RankedTensorType boundaryType(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  Type element = tensor ? signlessType(tensor.getElementType()) : Type();
  if (!element || !tensor.hasStaticShape())
    return {};
  if (element.isInteger(1))
    element = IntegerType::get(type.getContext(), 8);
  return RankedTensorType::get(tensor.getShape(), element);
}

/// The dictionary of an argument or result, with its name as `pith.io`.
DictionaryAttr ioAttributes(DictionaryAttr old, Type type) {
  NamedAttrList attributes(old);
  Attribute name = attributes.erase(onnx::OnnxDialect::nameAttr);
  if (name)
    attributes.set(ioAttrName, IoAttr::get(type.getContext(), cast<StringAttr>(name).getValue(),
                                           getElementTypeOrSelf(type)));
  return attributes.getDictionary(type.getContext());
}

Location ioLocation(DictionaryAttr attributes, Location standard) {
  auto name = attributes ? attributes.getAs<StringAttr>(onnx::OnnxDialect::nameAttr) : nullptr;
  return name ? Location(NameLoc::get(name)) : standard;
}

struct FunctionConversion {
  FunctionConversion(func::FuncOp old, DictionaryAttr customOps)
      : old(old), builder(old.getContext()), graph(builder, unsupported, customOps) {}

  LogicalResult run() {
    builder.setInsertionPoint(old);
    if (failed(declare()))
      return failure();
    builder.setInsertionPointToStart(created.addEntryBlock());
    for (unsigned index = 0; index < old.getNumArguments(); ++index)
      mapArgument(index);
    graph.convert(old.getBody().front());
    if (!unsupported.empty()) {
      unsupported.report(old.getLoc());
      return failure();
    }
    if (failed(makeReturn()))
      return failure();
    old.erase();
    return success();
  }

  LogicalResult declare() {
    SmallVector<Type> inputs;
    SmallVector<DictionaryAttr> attributes;
    for (unsigned index = 0; index < old.getNumArguments(); ++index) {
      Type type = old.getArgumentTypes()[index];
      RankedTensorType made = boundaryType(type);
      if (auto tensor = dyn_cast<RankedTensorType>(type);
          !made && tensor && isa<FloatType>(tensor.getElementType()) && tensor.hasStaticShape())
        return fail("input", old.getArgAttrDict(index), index)
               << "the element type " << tensor.getElementType() << " is not supported";
      if (!made)
        return fail("input", old.getArgAttrDict(index), index)
               << "expected a tensor of numbers with a static shape, got " << type;
      inputs.push_back(made);
      attributes.push_back(ioAttributes(old.getArgAttrDict(index), type));
    }
    created = func::FuncOp::create(builder, old.getLoc(), old.getName(),
                                   builder.getFunctionType(inputs, {}),
                                   llvm::to_vector(old->getDiscardableAttrs()), attributes);
    return success();
  }

  void mapArgument(unsigned index) {
    auto type = cast<RankedTensorType>(old.getArgumentTypes()[index]);
    Value value = created.getArgument(index);
    if (type.getElementType().isInteger(1)) {
      TensorBuilder tensors{builder, ioLocation(old.getArgAttrDict(index), old.getLoc())};
      value = tensors.map(
          value, type.getElementType(), [](OpBuilder &b, Location loc, ValueRange bytes) -> Value {
            Value zero = arith::ConstantIntOp::create(b, loc, 0, 8);
            return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, bytes[0], zero);
          });
    }
    if (isSubByte(type.getElementType())) { // the upper bits may be anything
      TensorBuilder tensors{builder, ioLocation(old.getArgAttrDict(index), old.getLoc())};
      value =
          tensors.map(value, builder.getI8Type(), [&](OpBuilder &b, Location loc, ValueRange x) {
            Scalars s{b, loc};
            return wrapCode(s, x[0], type.getElementType());
          });
    }
    graph.map(old.getArgument(index), {value, type.getElementType()});
  }

  /// One result of the model as it was made: a tensor, of which there may be only so many.
  struct Output {
    unsigned index; ///< in the model
    std::string name;
    Converted result;
  };

  /// Of a sequence each element is an output, NAME_0, NAME_1, ...; of an optional its element,
  /// or nothing.
  LogicalResult listOutputs(SmallVector<Output> &outputs) {
    auto terminator = cast<func::ReturnOp>(old.getBody().front().getTerminator());
    for (auto [index, operand] : llvm::enumerate(terminator.getOperands())) {
      DictionaryAttr dictionary = old.getResultAttrDict(index);
      auto result = graph.lookup(operand);
      std::string name = nameOf(dictionary).str();
      if (result && result->isEmptyOptional)
        continue;
      if (result && result->sequence) {
        for (auto [place, element] : llvm::enumerate(*result->sequence))
          outputs.push_back({unsigned(index), name + "_" + std::to_string(place), element});
        continue;
      }
      outputs.push_back({unsigned(index), name, result.value_or(Converted{})});
    }
    for (const Output &output : outputs)
      if (!output.result.value)
        return fail("output", old.getResultAttrDict(output.index), output.index)
               << "expected a tensor of numbers";
    if (outputs.empty() && old.getNumResults()) {
      InFlightDiagnostic error = old.emitError() << "the model has no outputs: those that it has "
                                                    "are sequences or optionals without elements";
      error.attachNote() << "give sequences that are inputs elements, as in --length NAME=1, and "
                            "optional ones, without --absent";
      return failure();
    }
    return success();
  }

  LogicalResult makeReturn() {
    SmallVector<Output> outputs;
    if (failed(listOutputs(outputs)))
      return failure();
    SmallVector<Value> values;
    SmallVector<DictionaryAttr> attributes;
    llvm::StringSet<> taken;
    for (unsigned index = 0; index < old.getNumArguments(); ++index)
      taken.insert(nameOf(old.getArgAttrDict(index)));
    for (unsigned index = 0; index < old.getNumResults(); ++index)
      taken.insert(nameOf(old.getResultAttrDict(index)));
    for (const Output &output : outputs) {
      DictionaryAttr dictionary = old.getResultAttrDict(output.index);
      bool isElement = output.name != nameOf(dictionary);
      if (isElement && !taken.insert(output.name).second)
        return fail("output", dictionary, output.index)
               << "an element of it is to be an output '" << output.name
               << "', but the model has one of that name";
      Value value = output.result.value;
      Type element = output.result.elementType;
      if (element.isInteger(1)) {
        TensorBuilder tensors{builder, ioLocation(dictionary, old.getLoc())};
        value = tensors.map(value, builder.getI8Type(),
                            [](OpBuilder &b, Location loc, ValueRange bits) -> Value {
                              return arith::ExtUIOp::create(b, loc, b.getI8Type(), bits[0]);
                            });
      }
      values.push_back(value);
      NamedAttrList named(dictionary ? dictionary : builder.getDictionaryAttr({}));
      if (isElement)
        named.set(onnx::OnnxDialect::nameAttr, builder.getStringAttr(output.name));
      attributes.push_back(ioAttributes(named.getDictionary(builder.getContext()),
                                        tensorType(value).clone(element)));
    }
    if (failed(addCounts(outputs, taken, values, attributes)))
      return failure();
    auto terminator = old.getBody().front().getTerminator();
    func::ReturnOp::create(builder, terminator->getLoc(), values);
    created.setType(
        builder.getFunctionType(created.getArgumentTypes(), ValueRange(values).getTypes()));
    created.setAllResultAttrs(attributes);
    return success();
  }

  /// Behind the model's outputs: how much there is of those of which only the
  /// run tells.
  LogicalResult addCounts(ArrayRef<Output> outputs, llvm::StringSet<> &taken,
                          SmallVector<Value> &values, SmallVector<DictionaryAttr> &attributes) {
    for (const Output &output : outputs) {
      Value count = output.result.count;
      if (!count || isa_and_nonnull<arith::ConstantOp>(count.getDefiningOp()))
        continue;
      std::string name = output.name + "_count";
      if (!taken.insert(name).second)
        return fail("output", old.getResultAttrDict(output.index), output.index)
               << "its number is to be an output '" << name
               << "', but the model has one of that name";
      auto type = tensorType(count);
      values.push_back(count);
      attributes.push_back(builder.getDictionaryAttr(builder.getNamedAttr(
          ioAttrName, IoAttr::get(builder.getContext(), name, type.getElementType()))));
    }
    return success();
  }

  static StringRef nameOf(DictionaryAttr attributes) {
    auto name = attributes ? attributes.getAs<StringAttr>(onnx::OnnxDialect::nameAttr) : nullptr;
    return name ? name.getValue() : "";
  }

  InFlightDiagnostic fail(StringRef kind, DictionaryAttr attributes, unsigned index) {
    auto name = attributes ? attributes.getAs<StringAttr>(onnx::OnnxDialect::nameAttr) : nullptr;
    return old.emitError() << kind << " '" << (name ? name.getValue().str() : std::to_string(index))
                           << "': ";
  }

  func::FuncOp old, created;
  OpBuilder builder;
  UnsupportedNodes unsupported;
  GraphConversion graph;
};

struct ConvertOnnxToPith : pith::impl::ConvertOnnxToPithBase<ConvertOnnxToPith> {
  using Base::Base;
  void runOnOperation() override {
    auto customOps = getOperation()->getAttrOfType<DictionaryAttr>(customOpsAttrName);
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (!function.isExternal() && failed(FunctionConversion(function, customOps).run()))
        return signalPassFailure();
    getOperation()->removeAttr(customOpsAttrName);
  }
};

} // namespace
