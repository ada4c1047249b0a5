// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a lowered module says about its model, read and checked once.
#ifndef LIB_EMIT_MODELINFO_H
#define LIB_EMIT_MODELINFO_H

#include "dialects/Pith/PithAttrs.h"
#include "mlir/IR/BuiltinOps.h"

namespace pith {

/// An element type as in ONNX texts: f32, u8, bool.
std::string onnxTypeName(mlir::Type type);

/// A model input or output.
struct IoInfo {
  std::string name;       ///< of ONNX
  std::string identifier; ///< of C, unique among inputs or outputs
  mlir::Type type;        ///< element type of ONNX
  llvm::SmallVector<int64_t> shape;
  bool batched = false;
  CodesAttr codes; ///< what its codes mean; null for other numbers

  int64_t bytes() const; ///< of one sample
  int64_t width() const; ///< of one element
  llvm::StringRef cType() const;
  std::string typeName() const { return onnxTypeName(type); }
};

/// What the program takes and gives for one choice of sizes.
struct ShapeInfo {
  std::string name;                 ///< part of identifiers; empty: there is one shape
  llvm::SmallVector<int64_t> sizes; ///< of ModelInfo::dims
  llvm::SmallVector<IoInfo> inputs, outputs;
};

/// A device's program for one kernel.
struct ProgramInfo {
  llvm::StringRef name;
  llvm::ArrayRef<int8_t> bytes;
};

/// A node that a C function of the caller computes.
struct CustomNode {
  llvm::StringRef node, symbol, attributes;
  /// Tensors with ONNX's element types; none: absent.
  llvm::SmallVector<mlir::Type> inputs, outputs;
};

/// The program, compiled for one CPU and one shape.
struct CodeInfo {
  mlir::ModuleOp module;
  int64_t arena = 0, scratch = 0;
  std::optional<int64_t> arenaLowerBound;
  llvm::SmallVector<mlir::DictionaryAttr> layers;
  std::vector<CustomNode> customNodes;

  static mlir::FailureOr<CodeInfo> read(mlir::ModuleOp program);
};

/// The program, compiled for one CPU.
struct VariantInfo {
  std::string name;
  TargetAttr target;
  std::vector<CodeInfo> codes; ///< one for each shape
  uint64_t features = 0;       ///< bits of pith_features.def that it needs
  bool selftest = false;       ///< what its layers must give is known

  /// From the modules of its shapes.
  static mlir::FailureOr<VariantInfo> read(llvm::ArrayRef<mlir::ModuleOp> programs);
  int64_t arena() const;
  int64_t scratch() const;
};

struct ModelInfo {
  std::string name, hash, tuningHash;
  mlir::DictionaryAttr options; ///< what it was compiled with, passes of the user among it; or null
  int64_t weights = 0;
  BatchAttr batch;                               ///< or null
  llvm::SmallVector<std::string> dims;           ///< whose sizes differ from shape to shape
  llvm::SmallVector<std::string> dimIdentifiers; ///< of C, unique among them and the inputs
  std::vector<ShapeInfo> shapes;                 ///< inputs and outputs differ in their sizes alone
  std::vector<VariantInfo> variants;             ///< the preferred one first
  llvm::SmallVector<std::pair<int64_t, mlir::Attribute>> weightTable; ///< by offset
  llvm::SmallVector<ProgramInfo> programs;
  llvm::SmallVector<mlir::DictionaryAttr> spaces; ///< a device's memory, as planned

  static mlir::FailureOr<ModelInfo> read(mlir::ModuleOp module);

  size_t numInputs() const { return shapes.front().inputs.size(); }
  size_t numOutputs() const { return shapes.front().outputs.size(); }

  /// The C functions of the caller, sorted.
  std::vector<std::string> functions() const;

  /// The same model with one of its variants.
  ModelInfo only(const VariantInfo &variant) const;

  /// Bytes that are enough for each variant and shape.
  int64_t arena() const;
  int64_t scratch() const;

  /// Layout of the caller's arena: header, pointers, handles of the device's
  /// programs, the model's own arena, scratch of one thread, and behind that the
  /// buffers of the self-test.
  int64_t programOffset() const;
  int64_t arenaBytes() const;
  int64_t selftestBytes() const;
  /// Hashes in the table of what the self-test expects of a variant: for each
  /// shape those of its layers, then of the outputs.
  int64_t hashes(const VariantInfo &variant) const;

private:
  /// From the modules of one variant in `module`.
  mlir::LogicalResult readShapes(mlir::ModuleOp module, llvm::ArrayRef<mlir::ModuleOp> programs);
};

/// Rounds up to the alignment of the arena and its parts.
inline int64_t roundUp64(int64_t bytes) { return (bytes + 63) & ~int64_t(63); }

} // namespace pith

#endif
