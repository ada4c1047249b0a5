// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the operations of the onnx dialect know of themselves.
#include "dialects/Onnx/OnnxOps.h"

using namespace mlir;
using namespace pith::onnx;

#define GET_OP_CLASSES
#include "dialects/Onnx/OnnxOps.cpp.inc"

Region *NodeOp::getBody(StringRef name) {
  for (auto [attribute, body] : llvm::zip(getBodyNames(), getBodies()))
    if (cast<StringAttr>(attribute).getValue() == name)
      return &body;
  return nullptr;
}

bool NodeOp::hasInput(unsigned index) {
  return index < getInputs().size() && !isa<NoneType>(getInputs()[index].getType());
}

Value NodeOp::getInputOrNull(unsigned index) {
  return hasInput(index) ? getInputs()[index] : Value();
}

StringRef NodeOp::getResultName(unsigned index) {
  return cast<StringAttr>(getResultNames()[index]).getValue();
}

StringRef NodeOp::getNodeName() {
  auto name = getLoc()->findInstanceOf<NameLoc>();
  return name ? name.getName().getValue() : StringRef();
}

// The ONNX names make the text of a graph readable.
void NodeOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  for (auto [name, result] : llvm::zip(getResultNames(), getResults())) {
    StringRef text = cast<StringAttr>(name).getValue();
    setName(result, text.empty() ? "omitted" : text);
  }
}

void ConstantOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  setName(getResult(), getResultName().empty() ? "cst" : getResultName());
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

void AbsentOp::getAsmResultNames(OpAsmSetValueNameFn setName) { setName(getResult(), "absent"); }
