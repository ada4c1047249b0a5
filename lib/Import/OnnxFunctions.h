// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What ONNX's schemas know of an operator: defaults, formal names, and for many
// a body in terms of simpler operators. Free of exceptions and ONNX's headers.
#ifndef PITH_LIB_IMPORT_ONNXFUNCTIONS_H
#define PITH_LIB_IMPORT_ONNXFUNCTIONS_H

#include "dialects/Onnx/OnnxOps.h"
#include "mlir/IR/PatternMatch.h"

namespace pith {

/// Replaces a node by the body that the standard gives for its operator, one
/// level deep. False, without a change, when there is no such body. The new nodes
/// have the versions of the body's own opsets, names `outer/inner`, and the types
/// that can be inferred; the results keep their types. Expanded are only nodes
/// without graph attributes.
///
/// An attribute whose value is no small constant is a failure with a diagnostic.
mlir::FailureOr<bool> expandOnnxFunction(onnx::NodeOp node, mlir::RewriterBase &rewriter);

/// The default of the attribute in the schema of the node's version; null when
/// there is no schema, no such attribute or no default.
mlir::Attribute onnxDefaultAttribute(onnx::NodeOp node, llvm::StringRef name);

/// The attribute that the node states, else its default, else null.
mlir::Attribute onnxAttribute(onnx::NodeOp node, llvm::StringRef name);

/// The formal names of the operands; the last may stand for many. Empty without
/// a schema.
llvm::SmallVector<llvm::StringRef> onnxInputNames(onnx::NodeOp node);

/// The first operand that the schema requires and `isThere` denies.
std::optional<unsigned> onnxMissingInput(onnx::NodeOp node,
                                         llvm::function_ref<bool(unsigned)> isThere);

/// The operand by its formal name, or null when it is absent or unknown.
mlir::Value onnxInput(onnx::NodeOp node, llvm::StringRef name);

} // namespace pith

#endif // PITH_LIB_IMPORT_ONNXFUNCTIONS_H
