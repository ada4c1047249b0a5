// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads a model file into the onnx dialect. Free of exceptions and of ONNX's
// own headers.
#ifndef PITH_LIB_IMPORT_ONNXFILE_H
#define PITH_LIB_IMPORT_ONNXFILE_H

#include "lib/Import/ImportLimits.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace mlir {
class PassManager;
} // namespace mlir

namespace pith {

struct ImportOptions {
  /// A leading dimension of run-time size between 1 and `max`.
  struct Batch {
    std::string name;
    int64_t max;
  };
  /// Values of symbolic dimensions, by the name in the model (`batch`) or by
  /// position (`input:2`); by position also bounds for values of which only the
  /// run tells how much there is (`boxes:0`).
  std::map<std::string, int64_t> dims;
  /// Numbers of elements of inputs that are sequences.
  std::map<std::string, int64_t> lengths;
  /// Inputs of an optional type that have no element; all others have one.
  std::set<std::string> absent;
  /// Operators that C functions compute: their symbols by "domain::Operator".
  std::map<std::string, std::string> customOps;
  /// Only `importModel` knows it.
  std::optional<Batch> batch;
  ImportLimits limits;
  /// Chains that exporters write become the operators that they stand for.
  bool recognise = true;
  /// Called in front of each step of the reader with its name, and with none behind
  /// the last one.
  std::function<void(llvm::StringRef)> onStep;
  /// Called on pass managers before they run.
  std::function<void(mlir::PassManager &)> onPasses;
};

/// Reads `.onnx` (protobuf), `.onnxtxt` (ONNX text) or `.textproto`/`.pbtxt`
/// (protobuf text), brings it to the newest opset and infers shapes. The module
/// holds one function, `main`, with one `onnx.node` per node. Large weights stay
/// in the mapped files, which must not change while the context lives.
///
/// Any failure is one error at the location of the file, with a note on what
/// helps.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
readOnnx(llvm::StringRef path, const ImportOptions &options, mlir::MLIRContext *context);

} // namespace pith

#endif // PITH_LIB_IMPORT_ONNXFILE_H
