// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Walks the nodes of a graph and of the graphs inside, converting each.
#ifndef PITH_LIB_IMPORT_GRAPHCONVERSION_H
#define PITH_LIB_IMPORT_GRAPHCONVERSION_H

#include "lib/Import/Ops/ConverterTable.h"
#include <map>

namespace pith::import {

/// Nodes that could not be converted: those that are not supported are grouped
/// by operator and reason, each that is wrong is an error of its own.
class UnsupportedNodes {
public:
  void add(onnx::NodeOp node, llvm::StringRef reason);
  /// Says at once what is wrong with a node, and what helps.
  void reject(onnx::NodeOp node, llvm::StringRef what, llvm::StringRef remedy);
  bool empty() const { return isEmpty; }
  /// One error with one note for each group, if there is one.
  void report(mlir::Location loc) const;

private:
  struct Group {
    std::optional<mlir::Location> loc = std::nullopt;
    int64_t count = 0;
    std::string names = {};
  };
  std::map<std::string, Group> groups;
  bool isEmpty = true;
};

class GraphConversion {
public:
  /// `customOps`: symbols of C functions by "domain::Operator"; or null.
  GraphConversion(mlir::OpBuilder &builder, UnsupportedNodes &unsupported,
                  mlir::DictionaryAttr customOps)
      : builder(builder), unsupported(unsupported), customOps(customOps) {}

  void map(mlir::Value value, Converted converted) { values[value] = converted; }
  /// Nothing when the value depends on a node that was not converted.
  std::optional<Converted> lookup(mlir::Value value) const;

  /// Converts the operations of a block in order, without its terminator.
  void convert(mlir::Block &block);

private:
  void convert(mlir::Operation &op);
  void convertNode(onnx::NodeOp node);
  void expandFunction(onnx::NodeOp node);
  /// What the stated shapes say of an operand becomes one, so that a function's body
  /// knows it too.
  mlir::LogicalResult stateOperand(NodeConversion &conversion);
  bool isSupported(onnx::NodeOp node) const;
  /// The C function that the node is bound to; empty: none.
  llvm::StringRef customSymbol(onnx::NodeOp node) const;

  // Graphs inside nodes (ControlFlow.cpp).
  using Operands = llvm::ArrayRef<Converted>;
  mlir::LogicalResult convertControlFlow(NodeConversion &node, Operands operands);
  mlir::LogicalResult convertIf(NodeConversion &node);
  mlir::LogicalResult convertLoop(NodeConversion &node, Operands operands);
  mlir::LogicalResult convertScan(NodeConversion &node, Operands operands);
  mlir::LogicalResult convertSequenceMap(NodeConversion &node, Operands operands);
  /// Converts a body on `arguments`; the results are those of its yield.
  mlir::FailureOr<llvm::SmallVector<Converted>>
  inlineBody(NodeConversion &node, llvm::StringRef name, Operands arguments);

  mlir::OpBuilder &builder;
  UnsupportedNodes &unsupported;
  mlir::DictionaryAttr customOps;
  llvm::DenseMap<mlir::Value, Converted> values;
  int64_t depth = 0; // of function bodies
  int64_t inlinedNodes = 0;
};

} // namespace pith::import

#endif // PITH_LIB_IMPORT_GRAPHCONVERSION_H
