// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a target folder implements.
#ifndef PITH_TARGET_TARGET_H
#define PITH_TARGET_TARGET_H

#include "pith/Target/Kernel.h"
#include "mlir/Pass/PassManager.h"

struct pith_driver; // of runtime/pith_types.h

namespace pith {

/// A CPU that the target knows, and the variants that it names itself.
struct CpuVariant {
  llvm::StringRef name, cpu, features, summary;
};

/// Float operations that a machine has as instructions. Exact arithmetic takes
/// the place of the others (pith-expand-primitives).
struct Primitives {
  bool fma = true;      ///< on f32 and f64
  bool rounding = true; ///< floor, ceil, trunc, roundeven on f32 and f64
  bool half = true;     ///< f16 to f32 and back
  /// Writes the instruction for `pith.ldexp`, or null where there is none for
  /// values of this type; null: there is none at all.
  mlir::Value (*ldexp)(mlir::OpBuilder &, mlir::Location, mlir::Value value,
                       mlir::Value power) = nullptr;
};

/// Memory of a device that its kernels allocate in (memref.alloc with the
/// number as memory space). The plan gives each allocation its place.
struct MemorySpace {
  unsigned number; ///< from 1; 0 is the arena
  llvm::StringRef name;
  int64_t bytes, alignment;
};

/// A source that bundles contain beside the object, to be built by the user.
struct RuntimeFile {
  llvm::StringRef name, text;
};

class Target {
public:
  virtual ~Target() = default;

  /// The folder's name in lower case; the argument of --target.
  virtual llvm::StringRef name() const = 0;

  /// The kernel table. Every group that can be formed must match a row, here or
  /// in the table of the host.
  virtual llvm::ArrayRef<KernelRow> kernels() const = 0;

  /// The stage lower: kernels on memory references, in the form that
  /// verify-schedule checks, become LLVM dialect. Runs on the module.
  virtual void buildLowering(mlir::OpPassManager &manager) const = 0;

  virtual llvm::StringRef summary() const { return ""; }
  virtual void registerDialects(mlir::DialectRegistry &) const {}
  /// Makes the target's passes known by name, once. A target that was refused as
  /// a second one of its name registers nothing.
  virtual void registerPasses() const {}
  /// Triples that the target emits for, a device for its host; the first is the
  /// default one.
  virtual llvm::ArrayRef<llvm::StringRef> triples() const = 0;
  virtual llvm::ArrayRef<CpuVariant> variants() const { return {}; }
  /// The vectors of a CPU with these features, for skeletons.
  virtual VectorUnit vectorUnit(TargetAttr) const { return {}; }
  virtual Primitives primitives(TargetAttr) const { return {}; }
  /// The CPU and features meant by `cpu` ("native", a variant or an LLVM name)
  /// under `triple`; null after an error.
  virtual TargetAttr resolve(mlir::MLIRContext *context, llvm::StringRef triple,
                             llvm::StringRef cpu, llvm::StringRef features) const = 0;

  // What a device needs besides. Its kernels are programs: the stage lower leaves
  // them as `pith.program` on the kernel, and the object hands them to a driver.

  /// The CPU target that calls the device, and computes what no row of the
  /// device takes; empty: this target is a CPU itself. The attribute that
  /// `resolve` makes then has a host, and `buildLowering` ends with the host's.
  virtual llvm::StringRef host() const { return ""; }
  virtual llvm::ArrayRef<MemorySpace> memorySpaces() const { return {}; }
  /// Passes on the module with outlined kernels, in front of the memory plan:
  /// what allocates in the target's memory spaces.
  virtual void buildTiling(mlir::OpPassManager &) const {}
  virtual llvm::ArrayRef<RuntimeFile> runtimeFiles() const { return {}; }
  /// A driver in this process, with which the tools run models; null: none.
  virtual const pith_driver *driver() const { return nullptr; }
};

/// The targets of this program, in order of registration.
class TargetRegistry {
public:
  void add(std::unique_ptr<Target> target);
  /// Appends all targets of another registry.
  void take(TargetRegistry &&other);
  const Target *lookup(llvm::StringRef name) const;
  /// The row of this name in the table of any target; null: there is none.
  const KernelRow *lookupRow(llvm::StringRef name) const;
  llvm::ArrayRef<std::unique_ptr<Target>> targets() const { return list; }

  /// The registry of this process. Tools fill it before they do anything else.
  static TargetRegistry &global();

private:
  std::vector<std::unique_ptr<Target>> list;
};

} // namespace pith

/// Stands once in a target folder: makes the registration function that the
/// build's list of targets calls.
#define PITH_CONCAT_(a, b) a##b
#define PITH_CONCAT(a, b) PITH_CONCAT_(a, b)
#define PITH_REGISTER_TARGET(Class)                                                                \
  namespace pith {                                                                                 \
  void PITH_CONCAT(registerTarget, PITH_TARGET_NAME)(TargetRegistry & registry) {                  \
    registry.add(std::make_unique<Class>());                                                       \
  }                                                                                                \
  }

#endif
