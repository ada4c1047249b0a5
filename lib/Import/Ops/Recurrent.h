// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What LSTM, GRU and RNN share: directions, layouts, the loop over time.
#ifndef PITH_LIB_IMPORT_OPS_RECURRENT_H
#define PITH_LIB_IMPORT_OPS_RECURRENT_H

#include "lib/Import/Ops/Indexing.h"

namespace pith::import {

/// One direction of a layer.
struct Direction {
  bool reverse;
  /// [gates * hidden, inputs], [gates * hidden, hidden], [gates * hidden] twice.
  mlir::Value input, recurrent, inputBias, recurrentBias;
  llvm::SmallVector<llvm::StringRef> activations;
};

class Recurrence {
public:
  /// `states` is the number of initial states, from operand 5 on.
  Recurrence(NodeConversion &node, int64_t gates, int64_t states,
             llvm::ArrayRef<llvm::StringRef> activations)
      : node(node), gates(gates), states(states), standard(activations) {}

  /// Checks operands and attributes.
  mlir::LogicalResult read();

  /// The next states from the input's share of the gates, [batch, gates *
  /// hidden], and the states, each [batch, hidden]; the first is the output.
  using Step = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      TensorBuilder &, int64_t direction, mlir::Value fromInput, mlir::ValueRange states)>;

  /// Runs all directions; the results are the node's.
  mlir::LogicalResult run(Step step);

  /// `part` of `of` equal parts of a tensor along its last dimension.
  mlir::Value part(TensorBuilder &builder, mlir::Value whole, int64_t index, int64_t of);
  /// lhs * rhs^T.
  mlir::Value multiply(TensorBuilder &builder, mlir::Value lhs, mlir::Value rhs);
  /// An activation, behind the clip of the node.
  mlir::Value activate(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef name,
                       mlir::Value value);
  /// The entry of a direction of an operand, without that dimension.
  mlir::Value ofDirection(unsigned operand, int64_t direction);

  NodeConversion &node;
  int64_t gates, states, steps = 0, batch = 0, inputs = 0, hidden = 0;
  llvm::SmallVector<Direction> directions;

private:
  mlir::LogicalResult readActivations();
  mlir::Value initialState(unsigned index, int64_t direction);
  llvm::SmallVector<mlir::Value> runDirection(int64_t index, mlir::Value input, Step step);

  llvm::SmallVector<llvm::StringRef> standard;
  bool batchFirst = false;
};

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_RECURRENT_H
