// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registers the dialect; its attributes on arguments; its bytecode version.
#include "dialects/Onnx/OnnxDialect.h"
#include "dialects/Onnx/OnnxOps.h"
#include "mlir/Bytecode/BytecodeImplementation.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace pith::onnx;

#include "dialects/Onnx/OnnxDialect.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/Onnx/OnnxTypes.cpp.inc"

namespace {
struct OnnxVersion : DialectVersion {
  uint64_t value = 0;
};

struct OnnxBytecode : BytecodeDialectInterface {
  explicit OnnxBytecode(Dialect *dialect) : BytecodeDialectInterface(dialect) {}

  void writeVersion(DialectBytecodeWriter &writer) const override {
    writer.writeVarInt(OnnxDialect::version);
  }

  std::unique_ptr<DialectVersion> readVersion(DialectBytecodeReader &reader) const override {
    auto version = std::make_unique<OnnxVersion>();
    if (failed(reader.readVarInt(version->value)))
      return nullptr;
    if (version->value > OnnxDialect::version) {
      reader.emitError() << "version " << version->value << " of the onnx dialect is newer than "
                         << OnnxDialect::version
                         << ", the newest that this pith reads; update pith";
      return nullptr;
    }
    return version;
  }
};
} // namespace

void OnnxDialect::initialize() {
  registerTypes();
  addOperations<
#define GET_OP_LIST
#include "dialects/Onnx/OnnxOps.cpp.inc"
      >();
  addInterfaces<OnnxBytecode>();
}

void OnnxDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/Onnx/OnnxTypes.cpp.inc"
      >();
}

LogicalResult pith::onnx::OpaqueType::verify(function_ref<InFlightDiagnostic()> emitError,
                                             StringRef text) {
  if (text.empty())
    return emitError() << "expected the text of an ONNX type [opaque_c1]";
  return success();
}

static LogicalResult verifyName(Operation *op, NamedAttribute attribute) {
  if (attribute.getName() != OnnxDialect::nameAttr)
    return op->emitOpError() << "has the unknown attribute " << attribute.getName();
  auto name = dyn_cast<StringAttr>(attribute.getValue());
  if (!name || name.empty())
    return op->emitOpError() << "expected 'onnx.name' to be a string that is "
                                "not empty [name_c1]";
  return success();
}

LogicalResult OnnxDialect::verifyRegionArgAttribute(Operation *op, unsigned, unsigned,
                                                    NamedAttribute attribute) {
  return verifyName(op, attribute);
}

LogicalResult OnnxDialect::verifyRegionResultAttribute(Operation *op, unsigned, unsigned,
                                                       NamedAttribute attribute) {
  return verifyName(op, attribute);
}
