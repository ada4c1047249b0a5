// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Orders the stages: from a model, or a module of any stage, to files.
#ifndef PITH_PIPELINE_COMPILER_H
#define PITH_PIPELINE_COMPILER_H

#include "pith/Pipeline/Stage.h"
#include "pith/Target/Target.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <functional>
#include <map>
#include <set>
#include <string>

namespace pith {

/// What a symbolic dimension is bound to.
struct DimSizes {
  /// One or, where the program is made for several shapes, its size in each.
  std::vector<int64_t> sizes;
  /// The size is the greatest of a leading batch, which may be smaller at run time.
  bool bounded = false;
  bool operator==(const DimSizes &) const = default;
};

/// What shapes the code. It is kept in attributes of the module, so that a
/// later stage can be resumed from a file alone. What is empty is left open:
/// the module's own choice holds, or the default.
struct ShapingOptions {
  /// `cpu`: one name, or several with commas between them, the preferred one
  /// first; the bundle then has a variant of the program for each.
  std::string target, cpu, features, triple;
  /// Symbolic dimensions by their names. Those with several sizes have equally many.
  std::map<std::string, DimSizes> dims;
  /// Numbers of elements of inputs that are sequences, and optional inputs that are not there.
  std::map<std::string, int64_t> lengths;
  std::set<std::string> absent;
  /// Operators that C functions compute: their symbols by "domain::Operator". Only
  /// an import asks for it.
  std::map<std::string, std::string> customOps;
  std::optional<bool> fusion, weightsInFile;
  /// Chains that exporters write become the operators that they stand for.
  std::optional<bool> recognise;
  /// Less memory for tensors between kernels, at the cost of time.
  std::optional<bool> smallArena;
  /// Zeros in the weights are looked for and made use of.
  std::optional<bool> sparse;
  /// Quantized inputs and outputs keep their integer type.
  std::optional<bool> quantizedIo;
  /// Quantize and dequantize operators run in float, as the file has them.
  std::optional<bool> literalQdq;
  /// Passes inside of stages, each `STAGE:PIPELINE` (in front of the stage's
  /// verifier) or `STAGE@PASS:PIPELINE` (in front of PASS).
  std::vector<std::string> passes;
  /// Kernels may be chosen whose floats are not exactly the canonical ones.
  std::optional<bool> fastFloat;
  /// Precisions that layers must have instructions for, with commas between them;
  /// with `fallback`, the report names those that have none.
  std::string require;
  std::optional<bool> fallback;
  /// A row that runs all that it computes, as `ROW` or, with one of its tiles,
  /// `ROW:RxC`; empty: the cheapest row runs each.
  std::string row;
  /// The path of a tuning file: measured decisions between rows and tiles. What it
  /// says, and its hash, are part of the input. Empty: none.
  std::string tuning;

  /// Whether every choice is left open.
  bool empty() const { return *this == ShapingOptions(); }
  bool operator==(const ShapingOptions &) const = default;
};

struct CompileOptions {
  ShapingOptions shaping;
  /// Prefix of the C interface; empty: made from the name of the file.
  std::string name;
  /// The stage that a module read from a file has completed; unset: what the
  /// file says of itself.
  std::optional<Stage> from;
  /// Stages are written here, each to `<n>-<stage>.mlir` or, when there are
  /// large constants, `.mlirbc`; empty: nowhere.
  std::string dumpFolder;
  /// Called before each stage.
  std::function<void(Stage)> onStage;
  /// Called on the module in front of the stage lower, which replaces kernels by
  /// code; the stages end where it fails.
  std::function<mlir::LogicalResult(mlir::ModuleOp)> onScheduled;
  /// Called in front of each step of reading an ONNX file with its name, and with none
  /// behind the last one.
  std::function<void(llvm::StringRef)> onImportStep;
  /// Called on each stage's pass managers before they run.
  std::function<void(Stage, mlir::PassManager &)> onPasses;
};

/// The dialects of all stages and targets, and the passes under their names.
void registerEverything(mlir::DialectRegistry &registry);

/// All passes that a pipeline may name, of pith, its targets and MLIR.
void registerEveryPass();

/// Reads a model (ONNX as protobuf or text) or a module (text or bytecode),
/// told apart by content. A model comes back imported. Attributes that record
/// what the module is compiled for are set.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
readModel(llvm::StringRef path, const CompileOptions &options, mlir::MLIRContext *context);

/// Whether `text` says where passes are to run, as in ShapingOptions::passes.
bool isPassPlace(llvm::StringRef text);

/// For those who look into the program: fails where the module has several, one for
/// each shape.
mlir::LogicalResult requireOneShape(mlir::ModuleOp module);

/// The last stage that the module has completed.
std::optional<Stage> completedStage(mlir::ModuleOp module);

/// Runs the stages behind the completed one up to `last`, which is before emit.
mlir::LogicalResult runStages(mlir::ModuleOp module, Stage last, const CompileOptions &options);

/// The programs of a scheduled module that this machine cannot run, lowered for
/// any machine: they tell what those programs compute. Null where there are none.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>> lowerForSelftest(mlir::ModuleOp scheduled);

/// What emit writes, and where.
struct BundleOptions {
  std::string folder;
  bool object = true, archive = false, shared = false;
  /// Compute what NAME_selftest expects, which runs the model once.
  bool selftest = true;
  /// From `lowerForSelftest`. Where it is null, only code without instructions
  /// of a foreign CPU gets a self-test there.
  mlir::ModuleOp selftestModule;
  /// Wait for the disk; see EmitOptions.
  bool durable = true;
};

/// The stage emit: all files of the bundle, or none.
mlir::LogicalResult writeBundle(mlir::ModuleOp module, const BundleOptions &options);

/// The target that the module names (variants are all of one), or null with a diagnostic.
const Target *targetOf(mlir::ModuleOp module);

/// Writes a module: as bytecode when it holds large constants, else as text.
/// `stem` gets the extension that fits, and the whole name is returned.
mlir::FailureOr<std::string> writeModule(mlir::ModuleOp module, llvm::StringRef stem);

} // namespace pith

#endif
