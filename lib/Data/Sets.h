// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kinds of data sets.
#ifndef PITH_LIB_DATA_SETS_H
#define PITH_LIB_DATA_SETS_H

#include "pith/Data/DataSet.h"

namespace pith {

using OpenedDataSet = llvm::Expected<std::unique_ptr<DataSet>>;

/// `zip`: the file is a .npz, else a .npy.
OpenedDataSet openArraySet(llvm::StringRef path, bool zip, llvm::ArrayRef<InputSpec> inputs,
                           const DataLimits &limits);
OpenedDataSet openImageFolder(llvm::StringRef path, llvm::ArrayRef<InputSpec> inputs,
                              const DataLimits &limits);
/// Samples of `readArrays(path, "input")`, one for each path.
OpenedDataSet openTestSets(std::vector<std::string> paths, llvm::ArrayRef<InputSpec> inputs,
                           const DataLimits &limits);

/// The images below a folder, as paths inside it, in the order of their bytes.
llvm::Expected<std::vector<std::string>> listImages(llvm::StringRef folder,
                                                    const DataLimits &limits);

/// `'a', 'b'`
std::string quotedNames(llvm::ArrayRef<InputSpec> inputs);

} // namespace pith

#endif
