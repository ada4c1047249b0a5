// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registration, resources of constants, and the bytecode version.
#include "dialects/Pith/ConstantManager.h"
#include "dialects/Pith/PithOps.h"
#include "mlir/Bytecode/BytecodeImplementation.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

#include "dialects/Pith/PithDialect.cpp.inc"

namespace {

/// Reads and prints the blobs of constants as dialect resources.
struct AsmInterface : OpAsmDialectInterface {
  AsmInterface(Dialect *dialect, pith::ConstantManager &manager)
      : OpAsmDialectInterface(dialect), manager(manager) {}

  std::string getResourceKey(const AsmDialectResourceHandle &handle) const override {
    return manager.nameOf(cast<pith::ConstantHandle>(handle)).str();
  }

  // Names are hashes of the content: an entry that is already known is the same
  // blob, and text may refer to blobs that were loaded from a file beside it.
  FailureOr<AsmDialectResourceHandle> declareResource(StringRef key) const final {
    if (auto *entry = manager.find(key))
      return AsmDialectResourceHandle(
          pith::ConstantHandle(entry, cast<pith::PithDialect>(getDialect())));
    return AsmDialectResourceHandle(manager.insert(key));
  }

  LogicalResult parseResource(AsmParsedResourceEntry &entry) const final {
    auto *known = manager.find(entry.getKey());
    FailureOr<AsmResourceBlob> blob = entry.parseAsBlob();
    if (failed(blob))
      return failure();
    if (!known || !known->getBlob())
      manager.update(entry.getKey(), std::move(*blob));
    return success();
  }

  void buildResources(Operation *, const SetVector<AsmDialectResourceHandle> &referenced,
                      AsmResourceBuilder &provider) const final {
    for (const AsmDialectResourceHandle &handle : referenced)
      if (const auto *constant = dyn_cast<pith::ConstantHandle>(&handle))
        if (const AsmResourceBlob *blob = constant->getBlob())
          provider.buildBlob(manager.nameOf(*constant), *blob);
  }

  pith::ConstantManager &manager;
};

struct Version : DialectVersion {
  explicit Version(uint64_t number) : number(number) {}
  uint64_t number;
};

struct BytecodeInterface : BytecodeDialectInterface {
  explicit BytecodeInterface(Dialect *dialect) : BytecodeDialectInterface(dialect) {}

  void writeVersion(DialectBytecodeWriter &writer) const final {
    writer.writeVarInt(pith::dialectVersion);
  }

  std::unique_ptr<DialectVersion> readVersion(DialectBytecodeReader &reader) const final {
    uint64_t number;
    if (failed(reader.readVarInt(number)))
      return nullptr;
    if (number > pith::dialectVersion) {
      reader.emitError() << "the file has version " << number
                         << " of the pith dialect, this program reads up to "
                         << pith::dialectVersion << "; use a newer pith";
      return nullptr;
    }
    return std::make_unique<Version>(number);
  }
};

} // namespace

void pith::PithDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Pith/PithOps.cpp.inc"
      >();
  registerAttributes();
  auto &manager = addInterface<pith::ConstantManager>();
  addInterface<AsmInterface>(manager);
  addInterface<BytecodeInterface>();
}

Operation *pith::PithDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                                  Location loc) {
  if (isa<BaseMemRefType>(type))
    return nullptr; // a place in the weights is not made up here
  if (isa<ConstantAttr>(value))
    return ConstantOp::create(builder, loc, type, cast<TypedAttr>(value), IntegerAttr());
  return arith::ConstantOp::materialize(builder, value, type, loc);
}
