// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the files of pith-lower-model share.
#ifndef PITH_LIB_TARGET_MODELFUNCTION_H
#define PITH_LIB_TARGET_MODELFUNCTION_H

#include "dialects/Pith/PithOps.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseSet.h"

namespace pith {

/// The sizes that a schedule leaves on the module, in bytes.
struct ArenaLayout {
  int64_t arena = 0, scratch = 0;
};

/// Types and small pieces of IR for a module that becomes LLVM dialect.
class Pointers {
public:
  explicit Pointers(mlir::ModuleOp module)
      : converter(module.getContext()),
        type(mlir::LLVM::LLVMPointerType::get(module.getContext())) {}

  /// `pointer` + `bytes`.
  mlir::Value offset(mlir::OpBuilder &, mlir::Location, mlir::Value pointer, int64_t bytes) const;
  /// Element `index` of an array of pointers, as an address.
  mlir::Value element(mlir::OpBuilder &, mlir::Location, mlir::Value array, int64_t index) const;
  /// A memory reference of static shape, or of one dimension of `bytes` bytes, at `pointer`.
  mlir::Value toMemRef(mlir::OpBuilder &, mlir::Location, mlir::MemRefType, mlir::Value pointer,
                       int64_t bytes = 0) const;
  /// The address of a memory reference's first element.
  mlir::Value fromMemRef(mlir::OpBuilder &, mlir::Location, mlir::Value memref) const;

  mlir::LLVMTypeConverter converter;
  mlir::LLVM::LLVMPointerType type;
};

/// Makes a function one that LLVM keeps to the object, and apart from its callers.
void makeInternal(mlir::func::FuncOp function);

/// Gives a kernel pointers for its memory references.
mlir::LogicalResult lowerKernelSignature(const Pointers &, mlir::func::FuncOp kernel,
                                         int64_t scratch);

/// The scratch memory of a kernel and those that it calls, in bytes.
int64_t scratchOf(mlir::func::FuncOp kernel, const mlir::SymbolTable &);

/// Makes calls of functions of the calls in kernels, each of which runs all items of a
/// part, on scratch memory behind that of its caller. Returns the names of the parts.
mlir::FailureOr<llvm::DenseSet<mlir::StringAttr>>
lowerParts(const Pointers &, llvm::ArrayRef<mlir::func::FuncOp> kernels, const mlir::SymbolTable &);

/// Cycles from which on a kernel is worth more than one thread: to hand it over
/// takes each of them one or two thousand, and estimates are rough.
inline constexpr int64_t worthThreads = 16000;

/// Makes the function `(pointers of the operands..., scratch, dispatch)` that
/// runs all items of a kernel: here, or, where it is not `small`, on the caller's
/// threads.
mlir::func::FuncOp makeLauncher(const Pointers &, mlir::func::FuncOp kernel, int64_t items,
                                bool small, int64_t scratch);

/// Makes the function `(pointers of the operands..., device)` that hands them to
/// program number `program` of the model, and erases the kernel.
mlir::func::FuncOp makeDeviceLauncher(const Pointers &, mlir::func::FuncOp kernel, int64_t program);

/// A function that runs a kernel, here or on the device.
struct Launcher {
  mlir::func::FuncOp function;
  bool onDevice = false;
};

/// What calls of kernels need of the model's function; `device` may be null.
struct CallContext {
  mlir::Value scratch, dispatch, observer, device;
};

/// Replaces the operations of pith, and copies that need code of ours. After
/// each call the observer sees its outputs.
mlir::LogicalResult lowerCalls(const Pointers &, mlir::func::FuncOp model, const CallContext &,
                               const llvm::DenseMap<mlir::StringAttr, Launcher> &launchers);
void lowerCopies(const Pointers &, mlir::func::FuncOp model);

/// Leaves on the module what the emitter must know, before the model's function changes.
mlir::LogicalResult describeModel(mlir::ModuleOp module, mlir::func::FuncOp model);

/// The size of memory of static shape.
int64_t bytesOf(mlir::MemRefType type);

} // namespace pith

#endif
