// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loads a compiled model into this process and runs it.
#ifndef PITH_PIPELINE_LOAD_H
#define PITH_PIPELINE_LOAD_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/SmallVector.h"
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pith {

/// An input or output of a loaded model, from its manifest.
struct LoadedIo {
  std::string name, type;
  llvm::SmallVector<int64_t> shape; ///< of one sample
  int64_t bytes = 0;                ///< of one sample
  bool batched = false;
};

/// One of the shapes that a model was compiled for.
struct LoadedShape {
  std::string name;                 ///< empty: there is but one
  llvm::SmallVector<int64_t> sizes; ///< of LoadedModel::dims()
  std::vector<LoadedIo> inputs, outputs;
};

struct RunOptions {
  uint32_t threads = 1;
  /// Samples; above 1 only for a model with a run-time batch.
  uint32_t batch = 1;
  /// Features of a CPU that NAME_init is to choose the variant for; 0: of this one.
  uint64_t features = 0;
  /// Puts the arena and every buffer between pages that cannot be touched.
  bool guardPages = false;
  /// Called behind each layer of a run, once for each of its results.
  std::function<void(int64_t layer)> onLayer;
};

class LoadedModel {
public:
  using Buffers = std::vector<std::vector<char>>;

  /// `weights`: the path of NAME.weights, where the weights are not embedded.
  static mlir::FailureOr<std::unique_ptr<LoadedModel>>
  fromObject(llvm::StringRef path, llvm::StringRef weights, mlir::Location loc);
  /// The one bundle in a folder, found by its manifest.
  static mlir::FailureOr<std::unique_ptr<LoadedModel>> fromBundle(llvm::StringRef directory,
                                                                  mlir::Location loc);
  ~LoadedModel();

  llvm::StringRef name() const;
  llvm::StringRef manifest() const;
  /// Symbolic dimensions that have other sizes in other shapes.
  llvm::ArrayRef<std::string> dims() const;
  llvm::ArrayRef<LoadedShape> shapes() const;
  /// The shape that runs: the first, until another is chosen. Sessions keep theirs.
  size_t shape() const;
  void chooseShape(size_t index);
  /// Of the chosen shape.
  llvm::ArrayRef<LoadedIo> inputs() const;
  llvm::ArrayRef<LoadedIo> outputs() const;
  /// Which of the manifest's variants NAME_init chooses; 0 where there is but one.
  size_t variant(const RunOptions &options = {}) const;
  uint32_t batchMax() const; ///< 0: no run-time batch
  size_t arenaBytes(const RunOptions &options = {}) const;

  /// Memory for a number of runs.
  class Session {
  public:
    ~Session();
    /// Inputs, in order, may be written, outputs read between runs.
    llvm::MutableArrayRef<char> input(size_t index);
    llvm::ArrayRef<char> output(size_t index) const;
    /// Fails when NAME_run returns an error.
    mlir::LogicalResult run();

  private:
    friend class LoadedModel;
    struct State;
    explicit Session(std::unique_ptr<State> state);
    std::unique_ptr<State> state;
  };
  mlir::FailureOr<std::unique_ptr<Session>> start(const RunOptions &options = {}) const;

  /// One run: copies the inputs, returns the outputs.
  mlir::FailureOr<Buffers> run(llvm::ArrayRef<llvm::ArrayRef<char>> inputs,
                               const RunOptions &options = {}) const;

  /// What NAME_selftest returns.
  mlir::FailureOr<int> selftest() const;
  /// The hashes that NAME_selftest computes for the layers, then the outputs, of
  /// each shape.
  /// `variant`: which one to run, where the manifest names several.
  mlir::FailureOr<std::vector<uint64_t>> selftestHashes(llvm::StringRef variant = "") const;

private:
  struct State;
  explicit LoadedModel(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

} // namespace pith

#endif
