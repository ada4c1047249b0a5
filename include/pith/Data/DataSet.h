// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Samples from files, one at a time. The files are not trusted: sizes are
// checked before memory is taken, and each error names the file and a remedy.
#ifndef PITH_DATA_DATASET_H
#define PITH_DATA_DATASET_H

#include "pith/Support/Arrays.h"

namespace pith {

/// An input of a model.
struct InputSpec {
  std::string name;
  std::string type; ///< as manifests spell it
  llvm::SmallVector<int64_t> shape;
};

struct Sample {
  /// A path inside the data set with `/`, or the position in an array.
  std::string name;
  std::string place; ///< as errors call it
  /// In the order of the model's inputs.
  std::vector<Array> inputs;
  std::optional<int64_t> label;
};

struct DataLimits {
  uint64_t sampleBytes = uint64_t(1) << 28; ///< of one input, and of a file of one sample
  uint64_t pixels = uint64_t(1) << 26;      ///< of one image, before it is decoded
  uint64_t files = uint64_t(1) << 21;
  unsigned depth = 32; ///< of folders
};

/// Memory does not grow with the number of samples, but for their names and
/// labels. The order is defined: that of the array, or of the names' bytes.
class DataSet {
public:
  virtual ~DataSet();

  virtual uint64_t size() const = 0;
  virtual bool labelled() const { return false; }
  /// The class of a sample of a labelled set.
  virtual int64_t label(uint64_t index) const { return 0; }
  virtual std::string name(uint64_t index) const = 0;
  /// How errors call a sample: `'FILE'`, or `'FILE': sample 3`.
  virtual std::string place(uint64_t index) const = 0;
  /// The next sample; fails behind the last.
  llvm::Expected<Sample> next();

protected:
  virtual llvm::Expected<Sample> read(uint64_t index) = 0;

private:
  uint64_t position = 0;
};

/// Opens a folder of images, a .npy or .npz file, a `test_data_set` folder or
/// a folder of those (docs/evaluate.md).
llvm::Expected<std::unique_ptr<DataSet>>
openDataSet(llvm::StringRef path, llvm::ArrayRef<InputSpec> inputs, const DataLimits &limits = {});

/// `f32 [1x3x224x224]`
std::string describeShape(llvm::StringRef type, llvm::ArrayRef<int64_t> shape);

/// Makes an input of a sample: sizes of 1 are added and removed, and numbers go
/// to a wider type where each keeps its value. All else is an error.
llvm::Expected<Array> fitToInput(Array array, const InputSpec &input);

} // namespace pith

#endif
