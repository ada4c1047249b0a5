// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Folders and files that tests write.
#ifndef PITH_TEST_UNIT_DATA_FILES_H
#define PITH_TEST_UNIT_DATA_FILES_H

#include "pith/Data/DataSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace pith {

/// A folder that is removed again.
class Folder {
public:
  Folder() { llvm::sys::fs::createUniqueDirectory("pith-data-test", root); }
  ~Folder() { llvm::sys::fs::remove_directories(root); }

  std::string path(llvm::StringRef name) const {
    llvm::SmallString<128> whole(root);
    llvm::sys::path::append(whole, name);
    return whole.str().str();
  }
  std::string write(llvm::StringRef name, llvm::StringRef bytes) const {
    std::string whole = path(name);
    llvm::sys::fs::create_directories(llvm::sys::path::parent_path(whole));
    std::error_code error;
    llvm::raw_fd_ostream(whole, error) << bytes;
    return whole;
  }
  std::string str() const { return root.str().str(); }

private:
  llvm::SmallString<128> root;
};

template <typename T> std::string errorOf(llvm::Expected<T> result) {
  return result ? "" : llvm::toString(result.takeError());
}

inline std::string npz(llvm::ArrayRef<Array> arrays) { return llvm::cantFail(formatNpz(arrays)); }

/// Bytes 0, 1, 2, ... as u8.
inline Array bytes(llvm::ArrayRef<int64_t> shape, llvm::StringRef name = "") {
  Array array;
  array.name = name.str();
  array.type = ElementType::U8;
  array.shape.assign(shape.begin(), shape.end());
  for (int64_t i = 0; i < array.numElements(); ++i)
    array.data.push_back(char(i));
  return array;
}

inline Array floats(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<float> values,
                    llvm::StringRef name = "") {
  Array array;
  array.name = name.str();
  array.shape.assign(shape.begin(), shape.end());
  array.data.resize(values.size() * 4);
  std::memcpy(array.data.data(), values.data(), array.data.size());
  return array;
}

inline std::vector<float> floatsOf(const Array &array) {
  std::vector<float> values(array.data.size() / 4);
  std::memcpy(values.data(), array.data.data(), array.data.size());
  return values;
}

} // namespace pith

#endif
