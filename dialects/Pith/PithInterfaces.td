// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_INTERFACES_TD
#define PITH_INTERFACES_TD
include "mlir/IR/Interfaces.td"

def ConstantTransformInterface : AttrInterface<"ConstantTransformInterface"> {
  let cppNamespace = "::pith";
  let description = [{
    One step between the bytes of a source and the value of a constant. Steps
    are streaming: an evaluator asks for the elements of a tile and never holds
    the whole tensor.
  }];
  let methods = [
    InterfaceMethod<"the type that this step makes of `input`, or failure with a diagnostic",
      "::mlir::FailureOr<::mlir::RankedTensorType>", "resultType",
      (ins "::mlir::RankedTensorType":$input,
           "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError)>,
    InterfaceMethod<[{
      how many elements of `input` make one of the result; a step that packs counts
      places as if it did not, `fanIn()` of them for each element of its result
    }], "int64_t", "fanIn", (ins), "", "return 1;">,
    InterfaceMethod<"replaces linear places in the result by linear indices into `input`",
      "void", "mapIndices",
      (ins "::mlir::RankedTensorType":$input,
           "::llvm::MutableArrayRef<int64_t>":$indices)>,
    InterfaceMethod<"the elements of the result at `indices`, from those of `input` at the mapped indices",
      "void", "mapElements",
      (ins "::mlir::RankedTensorType":$input, "::llvm::ArrayRef<int64_t>":$indices,
           "::llvm::ArrayRef<char>":$from, "::llvm::MutableArrayRef<char>":$to),
      "", "::llvm::copy(from, to.begin());">,
  ];
}
#endif
