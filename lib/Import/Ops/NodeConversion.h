// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a converter sees: one ONNX node, and the values that its operands became.
#ifndef PITH_LIB_IMPORT_OPS_NODECONVERSION_H
#define PITH_LIB_IMPORT_OPS_NODECONVERSION_H

#include "dialects/Onnx/OnnxOps.h"
#include "lib/Import/TensorBuilders.h"
#include "mlir/IR/Diagnostics.h"
#include <memory>
#include <vector>

namespace pith::import {

/// What an ONNX value became. Integers of `value` are signless; `elementType`
/// is that of the model and tells `ui8` from `i8`. Both null: absent. Where only
/// the run tells how much of the value there is, `count` does: i64, one element. A
/// sequence is what its elements became, of which there is a known number. An optional is what
/// its element became, or is empty.
struct Converted {
  mlir::Value value = {};
  mlir::Type elementType = {};
  mlir::Value count = {};
  std::shared_ptr<std::vector<Converted>> sequence = {};
  bool isEmptyOptional = false;
};

/// One node on its way. A converter makes operations through the inherited
/// short forms (or `builder`) and ends in `replace`, or returns the failure of
/// `unsupported`. Nothing is lost by failing half-way: no error stops the
/// conversion of other nodes, and all are reported together.
class NodeConversion : public TensorBuilder {
public:
  NodeConversion(onnx::NodeOp node, mlir::OpBuilder &builder, llvm::ArrayRef<Converted> operands)
      : TensorBuilder{builder, node.getLoc()}, node(node), operands(operands) {}

  onnx::NodeOp node;

  //===--- operands -------------------------------------------------------===//
  unsigned numOperands() const { return operands.size(); }
  unsigned numResults() { return node->getNumResults(); }
  /// Null when it is absent.
  mlir::Value operand(unsigned index) const {
    return index < operands.size() ? operands[index].value : mlir::Value();
  }
  const Converted &converted(unsigned index) const { return operands[index]; }
  llvm::ArrayRef<Converted> getOperands() const { return operands; }
  /// Null when it is no sequence.
  const std::vector<Converted> *sequence(unsigned index) const {
    return index < operands.size() ? operands[index].sequence.get() : nullptr;
  }
  /// Signless type and shape of an operand that is there.
  mlir::RankedTensorType type(unsigned index) const { return tensorType(operand(index)); }
  Shape shape(unsigned index) const { return type(index).getShape(); }
  int64_t rank(unsigned index) const { return type(index).getRank(); }
  /// The element type of the model: `i8` is signed, `ui8` is not.
  mlir::Type onnxElement(unsigned index) const { return operands[index].elementType; }
  bool isUnsigned(unsigned index) const { return onnxElement(index).isUnsignedInteger(); }
  /// The elements, when they are known at compile time.
  std::optional<mlir::DenseElementsAttr> constantValue(unsigned index) const;
  /// Integers (or bools) known at compile time, row-major; the failure is
  /// recorded as unsupported.
  mlir::FailureOr<llvm::SmallVector<int64_t>> constantInts(unsigned index);
  /// The same of floats, as double.
  mlir::FailureOr<llvm::SmallVector<double>> constantFloats(unsigned index);

  //===--- attributes: the second argument is the schema's default --------===//
  int64_t i64(llvm::StringRef name, int64_t standard = 0);
  double f32(llvm::StringRef name, double standard = 0);
  llvm::StringRef string(llvm::StringRef name, llvm::StringRef standard = "");
  llvm::SmallVector<int64_t> ints(llvm::StringRef name, llvm::ArrayRef<int64_t> standard = {});
  llvm::SmallVector<double> floats(llvm::StringRef name, llvm::ArrayRef<double> standard = {});
  bool has(llvm::StringRef name) { return bool(node.getStated(name)); }
  using TensorBuilder::ints; // the constant of these numbers

  //===--- outcome --------------------------------------------------------===//
  /// Records why the node cannot be converted: `expected ..., got ...`.
  mlir::LogicalResult unsupported(const llvm::Twine &why);
  /// The same of an operand that only the run knows, where the shape of result 0 would do.
  mlir::LogicalResult unknown(unsigned operand);
  /// Records why the node is wrong, whoever compiles it, and what helps. The
  /// first reason of either kind counts.
  mlir::LogicalResult invalid(const llvm::Twine &what, const llvm::Twine &remedy);
  /// The node's results. Types of the model keep their signedness; a result
  /// without a known type gets that of operand 0 where the widths agree. An
  /// omitted output may be null.
  mlir::LogicalResult replace(mlir::ValueRange results);
  mlir::LogicalResult replace(mlir::Value result) { return replace(mlir::ValueRange(result)); }
  /// The same, with the model's element types where the node does not tell.
  mlir::LogicalResult replace(llvm::ArrayRef<Converted> results);

  /// Makes an operation with inferred types; what inference objects to is
  /// recorded as unsupported.
  template <typename OpT, typename... Args> mlir::FailureOr<OpT> create(Args &&...args) {
    mlir::OperationState state(loc, OpT::getOperationName());
    // The placeholder type is replaced before the operation exists.
    OpT::build(builder, state, mlir::Type(builder.getNoneType()), std::forward<Args>(args)...);
    if (failed(inferTypes(state)))
      return mlir::failure();
    return llvm::cast<OpT>(builder.create(state));
  }

  //===--- small checks ---------------------------------------------------===//
  /// The attribute or operand `what` as a dimension below `rank`.
  mlir::FailureOr<int64_t> dim(int64_t value, int64_t rank, llvm::StringRef what = "axis");
  /// Ascending and without repetition.
  mlir::FailureOr<llvm::SmallVector<int64_t>> dims(llvm::ArrayRef<int64_t> values, int64_t rank);
  /// The shape to which the operands broadcast.
  mlir::FailureOr<llvm::SmallVector<int64_t>> broadcastOperands(mlir::ValueRange values);
  /// The shape that the model states for a result, when it is static.
  std::optional<llvm::SmallVector<int64_t>> statedShape(unsigned result);

  // For the driver.
  llvm::ArrayRef<Converted> getResults() const { return results; }
  llvm::StringRef getReason() const { return reason; }
  /// Empty unless the node is wrong.
  llvm::StringRef getRemedy() const { return remedy; }

private:
  mlir::LogicalResult inferTypes(mlir::OperationState &state);

  llvm::ArrayRef<Converted> operands;
  llvm::SmallVector<Converted> results;
  std::string reason, remedy;
};

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_NODECONVERSION_H
