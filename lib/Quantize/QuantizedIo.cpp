// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --io=quantized: what the model quantizes first and dequantizes last goes in
// and comes out as codes.
#include "lib/Quantize/Codes.h"
#include "lib/Quantize/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_QUANTIZEDIO
#include "lib/Quantize/Passes.h.inc"
} // namespace pith

using namespace pith;
using namespace pith::quantize;

namespace {

/// ONNX's type of codes; only there integers have a sign.
Type onnxTypeOf(const TensorParameters &parameters, MLIRContext *context) {
  return parameters.isSigned ? IntegerType::get(context, parameters.width)
                             : IntegerType::get(context, parameters.width, IntegerType::Unsigned);
}

CodesAttr codesOf(const TensorParameters &parameters, MLIRContext *context) {
  return CodesAttr::get(context, Builder(context).getF32FloatAttr(parameters.scale),
                        parameters.zeroPoint, parameters.isSigned);
}

/// The parameters that every use of an argument quantizes it with.
std::optional<TensorParameters> commonParameters(BlockArgument argument) {
  std::optional<TensorParameters> common;
  for (Operation *user : argument.getUsers()) {
    auto quantize = dyn_cast<QuantizeOp>(user);
    auto parameters = quantize ? parametersOf(quantize) : std::nullopt;
    if (!parameters || (common && *common != *parameters))
      return std::nullopt;
    common = parameters;
  }
  return common;
}

struct QuantizedIo : pith::impl::QuantizedIoBase<QuantizedIo> {
  using Base::Base;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!function.isPublic() || function.isExternal())
      return;
    for (BlockArgument argument : function.getArguments())
      if (isFloat(argument.getType()))
        takeCodes(function, argument);
    Operation *terminator = function.getBody().front().getTerminator();
    for (OpOperand &result : terminator->getOpOperands())
      if (isFloat(result.get().getType()))
        giveCodes(function, result);
    function.setType(FunctionType::get(&getContext(), function.getBody().getArgumentTypes(),
                                       terminator->getOperandTypes()));
  }

private:
  static bool isFloat(Type type) {
    return isa<RankedTensorType>(type) && isa<FloatType>(getElementTypeOrSelf(type));
  }

  /// The new attributes of an input or output, whose name stays.
  template <typename Set> void describe(IoAttr io, const TensorParameters &parameters, Set set) {
    if (io)
      set(ioAttrName,
          IoAttr::get(&getContext(), io.getName(), onnxTypeOf(parameters, &getContext())));
    set(codesAttrName, codesOf(parameters, &getContext()));
  }

  void stays(func::FuncOp function, IoAttr io, const Twine &what, const Twine &why) {
    InFlightDiagnostic warning = function.emitWarning();
    warning << what << (io ? " '" + io.getName() + "'" : "") << " stays a float: " << why;
  }

  void takeCodes(func::FuncOp function, BlockArgument argument) {
    auto io = function.getArgAttrOfType<IoAttr>(argument.getArgNumber(), ioAttrName);
    auto parameters = commonParameters(argument);
    if (!parameters)
      return stays(function, io, "input", "the model does not quantize it by one scale");
    Type codes = RankedTensorType::get(tensorOf(argument).getShape(),
                                       IntegerType::get(&getContext(), parameters->width));
    SmallVector<Operation *> users(argument.getUsers().begin(), argument.getUsers().end());
    argument.setType(codes);
    for (Operation *user : users) {
      user->getResult(0).replaceAllUsesWith(argument);
      user->erase();
    }
    describe(io, *parameters, [&](StringRef name, Attribute value) {
      function.setArgAttr(argument.getArgNumber(), name, value);
    });
    ++numCodes;
  }

  void giveCodes(func::FuncOp function, OpOperand &result) {
    auto io = function.getResultAttrOfType<IoAttr>(result.getOperandNumber(), ioAttrName);
    auto dequantize = codesBehind(result.get());
    auto parameters = dequantize ? parametersOf(dequantize) : std::nullopt;
    if (!parameters)
      return stays(function, io, "output", "the model does not make it from codes of one scale");
    result.set(dequantize.getInput());
    if (dequantize.use_empty())
      dequantize.erase();
    describe(io, *parameters, [&](StringRef name, Attribute value) {
      function.setResultAttr(result.getOperandNumber(), name, value);
    });
    ++numCodes;
  }
};

} // namespace
