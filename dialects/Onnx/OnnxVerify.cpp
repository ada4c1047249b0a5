// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The numbered constraints of onnx.node.
#include "dialects/Onnx/OnnxOps.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace pith::onnx;

static LogicalResult verifyResults(NodeOp op) {
  if (op.getResultNames().size() != op.getNumResults())
    return op.emitOpError() << "expected " << op.getNumResults() << " result names, got "
                            << op.getResultNames().size() << " [node_c3]";
  llvm::StringSet<> seen;
  for (auto [attribute, result] : llvm::zip(op.getResultNames(), op.getResults())) {
    StringRef name = cast<StringAttr>(attribute).getValue();
    if (name.empty() != isa<NoneType>(result.getType()))
      return op.emitOpError() << "expected type 'none' exactly for results without a name, got "
                              << result.getType() << " for " << attribute << " [node_c4]";
    if (!name.empty() && !seen.insert(name).second)
      return op.emitOpError() << "has two results named " << attribute << " [node_c5]";
  }
  return success();
}

static LogicalResult verifyBodies(NodeOp op) {
  if (op.getBodyNames().size() != op.getBodies().size())
    return op.emitOpError() << "expected " << op.getBodies().size() << " body names, got "
                            << op.getBodyNames().size() << " [node_c6]";
  llvm::StringSet<> seen;
  for (auto [attribute, body] : llvm::zip(op.getBodyNames(), op.getBodies())) {
    StringRef name = cast<StringAttr>(attribute).getValue();
    if (name.empty() || op.getNodeAttributes().contains(name) || !seen.insert(name).second)
      return op.emitOpError() << "expected a name of its own for each body, got " << attribute
                              << " [node_c7]";
    if (!body.hasOneBlock() || body.front().empty() || !isa<YieldOp>(body.front().back()))
      return op.emitOpError() << "expected body " << attribute
                              << " to be one block that ends in onnx.yield "
                                 "[node_c8]";
  }
  return success();
}

LogicalResult NodeOp::verify() {
  if (getOpType().empty())
    return emitOpError() << "expected the name of an operator [node_c1]";
  if (static_cast<int64_t>(getVersion()) < 1)
    return emitOpError() << "expected a version of at least 1, got "
                         << static_cast<int64_t>(getVersion()) << " [node_c2]";
  if (failed(verifyResults(*this)))
    return failure();
  return verifyBodies(*this);
}
