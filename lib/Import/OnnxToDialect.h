// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a checked protobuf to the onnx dialect. Includes ONNX's headers, so only
// sources that are compiled with exceptions may include it.
#ifndef PITH_LIB_IMPORT_ONNXTODIALECT_H
#define PITH_LIB_IMPORT_ONNXTODIALECT_H

#include "dialects/Onnx/OnnxOps.h"
#include "lib/Import/OnnxFileModel.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace pith::reader {

/// Null for an element type that is not set or unknown.
mlir::Type importElementType(int32_t type, mlir::MLIRContext *context);
/// Tensors become tensors, everything else `!onnx.opaque`. Shapes beyond the limits,
/// whose elements cannot be counted, are refused; `what` names the value.
mlir::Type importType(const proto::TypeProto &type, llvm::StringRef what,
                      mlir::MLIRContext *context);
/// The reverse, for tensor types; an empty type for all others.
proto::TypeProto exportType(mlir::Type type);

/// The value of an initializer: `dense`, or `#pith.constant` when it is large.
mlir::TypedAttr importTensor(const proto::TensorProto &tensor, const Weights &weights,
                             llvm::StringRef what, mlir::MLIRContext *context);
/// A constant whose bytes stay where they are.
mlir::TypedAttr makeLargeConstant(mlir::RankedTensorType type, const Bytes &bytes);

/// Any attribute but graphs.
mlir::Attribute importAttribute(const proto::AttributeProto &attribute, const Weights &weights,
                                llvm::StringRef owner, mlir::MLIRContext *context);
/// The reverse; false for attributes that ONNX cannot hold.
bool exportAttribute(llvm::StringRef name, mlir::Attribute value, proto::AttributeProto &attribute);

/// The names of a graph: what they stand for, and the graph around it.
struct Scope {
  Scope *parent = nullptr;
  mlir::Block *block = nullptr;
  /// In front of the names of nodes, and of values unless `renamed` says other.
  std::string prefix;
  std::map<std::string, std::string> renamed;
  std::map<std::string, mlir::Value> values;
  std::map<std::string, const proto::TensorProto *> initializers;
  std::map<std::string, const proto::TypeProto *> types;
  mlir::Operation *lastConstant = nullptr;
  mlir::Value absent;

  std::string nameOf(const std::string &value) const;
  void addTypes(const proto::GraphProto &graph);
};

/// Imports nodes at the builder's insertion point.
class GraphImporter {
public:
  GraphImporter(mlir::OpBuilder &builder, const Weights &weights);

  /// The versions of the operators, by domain.
  template <typename Message> void setOpsets(const Message &message) {
    for (const proto::OperatorSetIdProto &import : message.opset_import())
      opsets[import.domain()] = import.version();
  }

  void importNode(const proto::NodeProto &node, Scope &scope);
  /// The value, imported if it is an initializer; null when there is none.
  mlir::Value lookup(const std::string &name, Scope &scope);

private:
  mlir::Value getAbsent(Scope &scope);
  mlir::Value addConstant(const proto::TensorProto &tensor, Scope &scope);
  mlir::Value addPackedConstant(const proto::TensorProto &tensor, const Bytes &bytes, Scope &scope);
  mlir::Type typeOf(const std::string &value, const Scope &scope);
  void importBody(const proto::GraphProto &graph, mlir::Region &region, Scope &parent);
  int64_t versionOf(const proto::NodeProto &node);

  mlir::OpBuilder &builder;
  mlir::MLIRContext *context;
  const Weights &weights;
  std::map<std::string, int64_t> opsets;
};

mlir::OwningOpRef<mlir::ModuleOp> importModel(const proto::ModelProto &model,
                                              const Weights &weights, mlir::MLIRContext *context);

} // namespace pith::reader

#endif // PITH_LIB_IMPORT_ONNXTODIALECT_H
