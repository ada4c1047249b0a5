// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Modules of any stage as files, and telling them from models.
#include "lib/Pipeline/ModuleFile.h"
#include "dialects/Pith/PithAttrs.h"
#include "lib/Pipeline/Guard.h"
#include "pith/Pipeline/Compiler.h"
#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
using namespace pith;

/// Whether text begins like MLIR's; ONNX's two text forms begin otherwise.
static bool looksLikeModule(llvm::StringRef text) {
  for (text = text.ltrim(); text.consume_front("//"); text = text.ltrim())
    text = text.split('\n').second;
  if (text.consume_front("#") || text.consume_front("!")) // an alias, not a comment
    return !text.empty() && (isalpha(text.front()) || text.front() == '_') &&
           text.split('\n').first.contains('=');
  for (llvm::StringRef start :
       {"module", "builtin.module", "\"builtin.module\"", "func.func", "{-#"})
    if (text.starts_with(start))
      return true;
  return false;
}

bool pith::isModuleFile(llvm::MemoryBufferRef buffer) {
  if (isBytecode(buffer))
    return true;
  llvm::StringRef head = buffer.getBuffer().take_front(1 << 16);
  bool text = llvm::all_of(head, [](char c) { return (c & 0x80) || c >= ' ' || isspace(c); });
  return text && looksLikeModule(head);
}

/// Refuses types whose elements cannot be counted, on which sizes and offsets would
/// overflow everywhere.
static LogicalResult checkSizes(ModuleOp module) {
  constexpr int64_t mostElements = int64_t(1) << 40;
  AttrTypeWalker walker;
  walker.addWalk([](ShapedType type) {
    int64_t count = 1;
    for (int64_t size : type.hasRank() ? type.getShape() : ArrayRef<int64_t>())
      if (size > 0 && (__builtin_mul_overflow(count, size, &count) || count > mostElements))
        return WalkResult::interrupt();
    return WalkResult::advance();
  });
  auto isTooLarge = [&](Type type) { return walker.walk(type).wasInterrupted(); };
  WalkResult result = module->walk([&](Operation *op) -> WalkResult {
    bool tooLarge = walker.walk(op->getAttrDictionary()).wasInterrupted() ||
                    llvm::any_of(op->getResultTypes(), isTooLarge);
    for (Region &region : op->getRegions())
      for (Block &block : region)
        tooLarge |= llvm::any_of(block.getArgumentTypes(), isTooLarge);
    if (tooLarge)
      return op->emitError("expected types of at most ") << mostElements << " elements";
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

/// Refuses reshapes of which a group has no dimension: MLIR's verifier looks at its first.
static LogicalResult checkReshapes(ModuleOp module) {
  WalkResult result = module->walk([](Operation *op) -> WalkResult {
    auto groups = op->getAttrOfType<ArrayAttr>("reassociation");
    for (Attribute each : groups ? groups.getValue() : ArrayRef<Attribute>())
      if (auto group = dyn_cast<ArrayAttr>(each); group && group.empty())
        return op->emitOpError("expected a dimension in each group of 'reassociation'");
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

FailureOr<OwningOpRef<ModuleOp>> pith::parseModule(std::unique_ptr<llvm::MemoryBuffer> buffer,
                                                   MLIRContext *context) {
  // Shared, so that the blobs of bytecode stay in the mapped file.
  auto sources = std::make_shared<llvm::SourceMgr>();
  Location location = FileLineColLoc::get(context, buffer->getBufferIdentifier(), 0, 0);
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  // MLIR's parser descends without bound, and uses what it failed to parse.
  auto parse = [&] {
    return parseSourceFile<ModuleOp>(sources, ParserConfig(context, /*verifyAfterParse=*/false));
  };
  if (crashes([&] {
        ScopedDiagnosticHandler silence(context, [](Diagnostic &) { return success(); });
        parse().release();
      })) {
    InFlightDiagnostic error = emitError(location) << "the module crashes MLIR's parser";
    error.attachNote() << "it is malformed or nests too deeply; write it again";
    return error;
  }
  OwningOpRef<ModuleOp> module = parse();
  if (!module || failed(checkSizes(*module)) || failed(checkReshapes(*module)) ||
      failed(verify(*module)))
    return failure();
  return module;
}

static bool hasLargeConstant(ModuleOp module) {
  return module
      ->walk([](Operation *op) {
        WalkResult result =
            op->getAttrDictionary().walk([](ConstantAttr) { return WalkResult::interrupt(); });
        return result;
      })
      .wasInterrupted();
}

FailureOr<std::string> pith::writeModule(ModuleOp module, llvm::StringRef stem) {
  bool large = hasLargeConstant(module);
  std::string path = (stem + (large ? ".mlirbc" : ".mlir")).str(), message;
  std::unique_ptr<llvm::ToolOutputFile> file = openOutputFile(path, &message);
  if (!file) {
    emitError(UnknownLoc::get(module.getContext())) << message;
    return failure();
  }
  if (large) {
    if (failed(writeBytecodeToFile(module, file->os(), BytecodeWriterConfig("pith"))))
      return failure();
  } else {
    module->print(file->os(), OpPrintingFlags().enableDebugInfo());
    file->os() << "\n";
  }
  file->os().flush();
  if (file->os().has_error()) {
    emitError(UnknownLoc::get(module.getContext()))
        << "cannot write '" << path << "': " << file->os().error().message();
    file->os().clear_error();
    return failure();
  }
  file->keep();
  return path;
}
