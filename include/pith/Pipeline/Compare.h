// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs samples through two compiled models and compares them layer by layer.
#ifndef PITH_PIPELINE_COMPARE_H
#define PITH_PIPELINE_COMPARE_H

#include "pith/Pipeline/Compiler.h"
#include "pith/Pipeline/Load.h"
#include "pith/Support/Arrays.h"

namespace pith {

/// How far values of B are from those of A, summed over samples.
struct Distance {
  uint64_t elements = 0, differing = 0;
  /// In codes where both sides have codes of one meaning, else in the values'
  /// own unit; infinite where only one side is finite.
  double maxDifference = 0;
  /// Energy of A's values and of the differences, dequantized where codes are known.
  double signal = 0, noise = 0;

  double share() const { return elements ? double(differing) / double(elements) : 0; }
  /// Signal to noise in dB; nothing where that is no number: no difference, no
  /// signal, or values that are not finite.
  std::optional<double> sqnr() const;
};

struct LayerComparison {
  std::string name;
  bool isOutput = false; ///< of the model, not of one of its layers
  Distance total;
  /// The layer of B computed from the values of A; unset where B shows no layers.
  std::optional<Distance> own;
};

struct CompareResult {
  uint64_t samples = 0;
  /// In the order of A, then the model's outputs.
  std::vector<LayerComparison> layers;
  /// Layers that one side only has, and those whose values mean different things
  /// (sums of integers and floats, another shape).
  std::vector<std::string> onlyA, onlyB, unlike;

  const LayerComparison *firstDivergent() const;
};

struct CompareSide {
  std::string path; ///< a model, a module of any stage, or a bundle's folder
  CompileOptions compile;
};

/// Layers are seen in models and in modules before schedule; of anything later
/// only the outputs are compared. Layers match by the names of their ONNX nodes.
/// Memory does not grow with the number of samples.
class ModelComparison {
public:
  /// Compiles what is to be run; `onStep` is told about it.
  static mlir::FailureOr<std::unique_ptr<ModelComparison>>
  create(const CompareSide &a, const CompareSide &b, mlir::MLIRContext *context,
         const std::function<void(llvm::StringRef)> &onStep = nullptr);
  ~ModelComparison();

  /// The model whose inputs the samples are for. B may call its inputs otherwise.
  const LoadedModel &modelA() const;

  /// Runs one sample: inputs in the order of A.
  mlir::LogicalResult add(llvm::ArrayRef<Array> inputs);
  const CompareResult &result() const;

private:
  struct State;
  explicit ModelComparison(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

} // namespace pith

#endif
