// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Emit/Program.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Verifier.h"

using namespace mlir;
using namespace pith;

namespace {

/// No frame may be larger: the stack is the caller's.
constexpr const char *frameLimit = "16384";

struct CollectErrors : llvm::DiagnosticHandler {
  std::vector<std::string> &errors;
  explicit CollectErrors(std::vector<std::string> &errors) : errors(errors) {}

  bool handleDiagnostics(const llvm::DiagnosticInfo &info) override {
    std::string text;
    llvm::raw_string_ostream os(text);
    if (auto *frame = llvm::dyn_cast<llvm::DiagnosticInfoStackSize>(&info)) {
      os << "kernel '" << frame->getFunction().getName() << "' needs a stack frame of "
         << frame->getStackSize() << " bytes, above the limit of " << frame->getStackLimit();
    } else if (info.getSeverity() == llvm::DS_Error) {
      llvm::DiagnosticPrinterRawOStream printer(os);
      info.print(printer);
    } else {
      return true; // remarks and warnings about code that nobody wrote
    }
    errors.push_back(text);
    return true;
  }
};

} // namespace

static bool hasSeveral(const ModelInfo &info) {
  return info.variants.size() > 1 || info.shapes.size() > 1;
}

std::string pith::programName(const ModelInfo &info, size_t code) {
  return info.name + "_program" + (hasSeveral(info) ? "_" + std::to_string(code) : "");
}

LogicalResult pith::finishFunctions(Program &program, const CodeInfo &code,
                                    llvm::function_ref<bool(const llvm::Function &)> isExternal,
                                    Location loc) {
  llvm::Module &module = *program.module;
  llvm::StringSet<> kernels;
  for (DictionaryAttr layer : code.layers)
    if (auto kernel = layer.getAs<FlatSymbolRefAttr>("kernel"))
      kernels.insert(kernel.getValue());
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    if (!isExternal(function))
      function.setLinkage(llvm::GlobalValue::InternalLinkage);
    function.setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::None); // merging would lose names
    function.setDoesNotThrow();
    function.addFnAttr("warn-stack-size", frameLimit);
    if (kernels.contains(function.getName()))
      function.addFnAttr(llvm::Attribute::NoInline); // a profiler is to show layers
  }
  std::string message;
  llvm::raw_string_ostream os(message);
  if (llvm::verifyModule(module, &os))
    return emitError(loc) << "lowering made invalid LLVM IR: " << message;
  return success();
}

FailureOr<std::unique_ptr<Program>> pith::buildProgram(const ModelInfo &info, size_t index) {
  const VariantInfo &variant = info.variants[index / info.shapes.size()];
  const ShapeInfo &shape = info.shapes[index % info.shapes.size()];
  const CodeInfo &code = variant.codes[index % info.shapes.size()];
  ModuleOp module = code.module;
  Location loc = module.getLoc();
  auto program = std::make_unique<Program>();
  program->context.setDiagnosticHandler(std::make_unique<CollectErrors>(program->errors));
  auto machine = createMachine(variant.target, loc);
  if (failed(machine))
    return failure();
  program->machine = std::move(*machine);

  DialectRegistry registry;
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  module.getContext()->appendDialectRegistry(registry);
  std::string file = info.name + (info.variants.size() > 1 ? "." + variant.name : "") +
                     (info.shapes.size() > 1 ? "." + shape.name : "");
  program->module = translateModuleToLLVMIR(module, program->context, file);
  if (!program->module)
    return emitError(loc) << "the lowered module is not translatable to LLVM IR";
  program->module->setTargetTriple(program->machine->getTargetTriple());
  program->module->setDataLayout(program->machine->createDataLayout());
  program->module->setPICLevel(llvm::PICLevel::BigPIC);

  llvm::Function *main = program->module->getFunction("main");
  unsigned pointers = info.programs.empty() ? 6 : 7;
  if (!main || main->isDeclaration() || main->arg_size() != pointers ||
      !main->getReturnType()->isVoidTy() ||
      !llvm::all_of(main->args(), [](auto &arg) { return arg.getType()->isPointerTy(); }))
    return emitError(loc) << "expected a function 'main' of "
                          << (pointers == 6 ? "six pointers" : "seven pointers")
                          << ": inputs, outputs, arena, weights, dispatch, observer"
                          << (pointers == 6 ? "" : ", device");
  main->setName(programName(info, index));
  // Inlined, its arithmetic could move out of the floating-point environment.
  main->addFnAttr(llvm::Attribute::NoInline);
  if (!index)
    return program; // addEntry finishes it
  // Called from another object.
  main->setLinkage(llvm::GlobalValue::ExternalLinkage);
  main->setVisibility(llvm::GlobalValue::HiddenVisibility);
  auto isMain = [&](const llvm::Function &function) { return &function == main; };
  if (failed(finishFunctions(*program, code, isMain, loc)))
    return failure();
  return program;
}

bool pith::isPortable(const llvm::Module &module) {
  for (const llvm::Function &function : module) {
    if (function.isTargetIntrinsic())
      return false;
    for (const llvm::BasicBlock &block : function)
      for (const llvm::Instruction &instruction : block)
        if (auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction))
          if (call->isInlineAsm())
            return false;
  }
  return true;
}
