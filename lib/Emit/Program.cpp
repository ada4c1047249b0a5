// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Emit/Program.h"
#include "lib/Emit/EntryModel.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Linker/Linker.h"

using namespace mlir;
using namespace pith;

namespace {

/// Entry.c, compiled.
constexpr unsigned char entryBitcode[] = {
#include "lib/Emit/Entry.inc"
};

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

/// The entry functions without what clang knew of the machine it compiled for.
std::unique_ptr<llvm::Module> parseEntry(Program &program) {
  StringRef bytes(reinterpret_cast<const char *>(entryBitcode), sizeof entryBitcode);
  auto parsed = llvm::parseBitcodeFile({bytes, "entry"}, program.context);
  if (!parsed) {
    llvm::consumeError(parsed.takeError());
    return nullptr;
  }
  llvm::Module &module = **parsed;
  for (llvm::Function &function : module) {
    if (!function.isIntrinsic())
      function.setAttributes({});
    if (!function.isDeclaration())
      function.addFnAttr(llvm::Attribute::OptimizeForSize);
    for (llvm::BasicBlock &block : function)
      for (llvm::Instruction &instruction : block)
        if (auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction))
          if (!call->getCalledFunction() || !call->getCalledFunction()->isIntrinsic())
            call->setAttributes({});
  }
  for (const char *name : {"llvm.ident", "llvm.module.flags"})
    if (llvm::NamedMDNode *node = module.getNamedMetadata(name))
      node->eraseFromParent();
  module.setTargetTriple(program.module->getTargetTriple());
  module.setDataLayout(program.module->getDataLayout());
  return std::move(*parsed);
}

/// Puts a constant in the place of the declaration `name`.
void define(llvm::Module &module, StringRef name, llvm::Constant *value) {
  llvm::GlobalVariable *declaration = module.getGlobalVariable(name);
  auto *variable = new llvm::GlobalVariable(module, value->getType(), /*isConstant=*/true,
                                            llvm::GlobalValue::PrivateLinkage, value);
  variable->setAlignment(llvm::Align(8));
  declaration->replaceAllUsesWith(variable);
  declaration->eraseFromParent();
  variable->setName(name);
}

/// Makes the declaration `name` the symbol of a section of zeros, or null.
void defineSection(llvm::Module &module, StringRef name, StringRef model, const char *suffix,
                   int64_t bytes) {
  llvm::GlobalVariable *declaration = module.getGlobalVariable(name);
  if (bytes < 0) {
    declaration->replaceAllUsesWith(llvm::ConstantPointerNull::get(declaration->getType()));
    declaration->eraseFromParent();
    return;
  }
  std::string symbol = (model + suffix).str(), text;
  llvm::raw_string_ostream(text) << ".section .rodata." << symbol << ",\"a\"\n.balign 64\n"
                                 << ".type " << symbol << ", STT_OBJECT\n"
                                 << ".size " << symbol << ", " << bytes << "\n"
                                 << symbol << ":\n.zero " << bytes << "\n";
  module.appendModuleInlineAsm(text);
  declaration->setName(symbol);
  declaration->setDSOLocal(true);
  declaration->setAlignment(llvm::Align(64));
}

llvm::Constant *words(llvm::LLVMContext &context, ArrayRef<uint64_t> values) {
  return llvm::ConstantDataArray::get(context, values);
}

void appendIo(const IoInfo &io, SmallVectorImpl<uint64_t> &table) {
  uint64_t mask = ~uint64_t(0), mantissa = 0, exponent = 0;
  if (auto floats = dyn_cast<FloatType>(io.type)) {
    const llvm::fltSemantics &semantics = floats.getFloatSemantics();
    mantissa = llvm::APFloat::semanticsPrecision(semantics) - 1;
    exponent = -llvm::APFloat::semanticsMinExponent(semantics) + 1 - 7;
    mask = (uint64_t(1) << mantissa) - 1;
    if (mantissa < 7) // narrow floats: the bits below their top exponents
      mantissa = 0, mask = 0x3f;
  } else if (io.type.getIntOrFloatBitWidth() == 1) {
    mask = 1;
  } else if (io.width() > 2) {
    mask = 0; // may be indices: 0 is always in range
  }
  table.append({uint64_t(io.bytes()), uint64_t(io.width()), uint64_t(io.batched),
                uint64_t(io.width()), mask, mantissa, exponent});
}

void defineModel(Program &program, const ModelInfo &info, const ProgramOptions &options) {
  llvm::Module &module = *program.module;
  const uint64_t model[] = {options.magic,
                            neededFeatures(*program.machine),
                            uint64_t(info.programOffset()),
                            uint64_t(info.arena),
                            uint64_t(info.scratch),
                            uint64_t(options.selftest ? info.selftestBytes() : 0),
                            info.inputs.size(),
                            info.outputs.size(),
                            info.layers.size(),
                            uint64_t(info.batch ? info.batch.getMax() : 0),
                            uint64_t(options.weightsFile)};
  static_assert(sizeof model == sizeof(EntryModel));
  define(module, "pith_entry_model", words(program.context, model));
  SmallVector<uint64_t> table;
  for (const IoInfo &io : info.inputs)
    appendIo(io, table);
  for (const IoInfo &io : info.outputs)
    appendIo(io, table);
  static_assert(sizeof(EntryIo) == 7 * sizeof(uint64_t));
  if (table.empty())
    table.push_back(0);
  define(module, "pith_entry_io", words(program.context, table));

  auto section = [&](StringRef name, const char *suffix, int64_t bytes) {
    defineSection(module, name, info.name, suffix, bytes);
  };
  section("pith_entry_weights", weightsSection, options.weightsFile ? -1 : info.weights);
  section("pith_entry_weights_header", weightsHeaderSection,
          options.weightsFile ? int64_t(ENTRY_WEIGHTS_HEADER) : -1);
  section("pith_entry_expected", expectedSection,
          options.selftest ? 8 * int64_t(info.layers.size() + info.outputs.size()) : -1);
  section("pith_entry_text", manifestSection, options.manifestBytes);
}

/// Names, linkage and attributes of everything that has a body.
LogicalResult finishFunctions(Program &program, const ModelInfo &info, Location loc) {
  llvm::Module &module = *program.module;
  llvm::StringSet<> kernels;
  for (DictionaryAttr layer : info.layers)
    if (auto kernel = layer.getAs<FlatSymbolRefAttr>("kernel"))
      kernels.insert(kernel.getValue());
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    StringRef entry = function.getName();
    bool exported = entry.consume_front("pith_entry_") && function.hasExternalLinkage();
    if (exported)
      function.setName(info.name + "_" + entry);
    else
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

} // namespace

FailureOr<std::unique_ptr<Program>> pith::buildProgram(ModuleOp module, const ModelInfo &info,
                                                       const ProgramOptions &options) {
  Location loc = module.getLoc();
  auto program = std::make_unique<Program>();
  program->context.setDiagnosticHandler(std::make_unique<CollectErrors>(program->errors));
  auto machine = createMachine(info.target, loc);
  if (failed(machine))
    return failure();
  program->machine = std::move(*machine);

  DialectRegistry registry;
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  module.getContext()->appendDialectRegistry(registry);
  program->module = translateModuleToLLVMIR(module, program->context, info.name);
  if (!program->module)
    return emitError(loc) << "the lowered module is not translatable to LLVM IR";
  program->module->setTargetTriple(program->machine->getTargetTriple());
  program->module->setDataLayout(program->machine->createDataLayout());
  program->module->setPICLevel(llvm::PICLevel::BigPIC);

  llvm::Function *main = program->module->getFunction("main");
  if (!main || main->isDeclaration() || main->arg_size() != 6 ||
      !main->getReturnType()->isVoidTy() ||
      !llvm::all_of(main->args(), [](auto &arg) { return arg.getType()->isPointerTy(); }))
    return emitError(loc) << "expected a function 'main' of six pointers: inputs, outputs, arena, "
                             "weights, dispatch, observer";
  std::unique_ptr<llvm::Module> entry = parseEntry(*program);
  if (!entry || llvm::Linker::linkModules(*program->module, std::move(entry)))
    return emitError(loc) << "the lowered module uses names that begin with 'pith_entry_'";
  llvm::Function *declared = program->module->getFunction("pith_entry_program");
  declared->replaceAllUsesWith(main);
  declared->eraseFromParent();
  main->setName(info.name + "_program");
  // Inlined, its arithmetic could move out of the floating-point environment.
  main->addFnAttr(llvm::Attribute::NoInline);

  if (failed(defineFloatEnvironment(*program, loc)))
    return failure();
  defineModel(*program, info, options);
  if (failed(finishFunctions(*program, info, loc)))
    return failure();
  return program;
}
