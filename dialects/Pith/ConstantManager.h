// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The bytes of large constants, and what files call them.
#ifndef DIALECTS_PITH_CONSTANTMANAGER_H
#define DIALECTS_PITH_CONSTANTMANAGER_H

#include "dialects/Pith/PithDialect.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include <memory>
#include <mutex>

namespace pith {

/// The blobs of a context. In files a blob has a hash of its content as a name, so that
/// equal names are equal bytes. The hash reads all bytes of what may be a large file,
/// and is made when it is first asked for: not by the import.
class ConstantManager : public mlir::ResourceBlobManagerDialectInterfaceBase<ConstantHandle> {
public:
  using Entry = mlir::DialectResourceBlobManager::BlobEntry;
  using ResourceBlobManagerDialectInterfaceBase::ResourceBlobManagerDialectInterfaceBase;
  /// What is at most so large is read as a whole at once.
  static constexpr size_t smallBytes = size_t(1) << 16;
  static ConstantManager &of(mlir::MLIRContext *context);

  /// The blob of these bytes of a tensor; equal ones are one. Of large bytes it reads a few
  /// pages, all of them only where those are equal to another blob's.
  ConstantHandle store(mlir::RankedTensorType type, llvm::ArrayRef<char> data,
                       std::shared_ptr<const void> owner);

  /// What files call the blob, for as long as the context lives.
  llvm::StringRef nameOf(ConstantHandle handle);
  /// The blob that has this name, if it is known; else null.
  Entry *find(llvm::StringRef name);

private:
  /// A blob whose key is none for files.
  struct Unnamed {
    std::string type;
    llvm::StringRef name; // a key of `named`, or empty
  };
  std::string freeName(Entry *entry, llvm::StringRef type);

  std::mutex mutex;
  llvm::DenseMap<Entry *, Unnamed> unnamed;
  llvm::StringMap<Entry *> named; // of these blobs
};

} // namespace pith

#endif
