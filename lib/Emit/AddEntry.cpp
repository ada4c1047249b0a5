// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Joins the entry functions, and what they must know of a model, to its program.
#include "lib/Emit/EntryModel.h"
#include "lib/Emit/Features.h"
#include "lib/Emit/Program.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Linker/Linker.h"

using namespace mlir;
using namespace pith;

namespace {

/// Entry.c, compiled.
constexpr unsigned char entryBitcode[] = {
#include "lib/Emit/Entry.inc"
};

/// pith_features.c, compiled for the architecture that asks.
constexpr unsigned char askingBitcode[] = {
#include "lib/Emit/Asking.inc"
};

/// Code of ours without what clang knew of the machine it compiled for, to run on
/// any CPU: it comes before the check of what the CPU can do.
std::unique_ptr<llvm::Module> parseEntry(Program &program, ArrayRef<unsigned char> bitcode) {
  StringRef bytes(reinterpret_cast<const char *>(bitcode.data()), bitcode.size());
  auto parsed = llvm::parseBitcodeFile({bytes, "entry"}, program.context);
  if (!parsed) {
    llvm::consumeError(parsed.takeError());
    return nullptr;
  }
  llvm::Module &module = **parsed;
  module.setTargetTriple(program.module->getTargetTriple());
  module.setDataLayout(program.module->getDataLayout());
  for (llvm::Function &function : module) {
    if (!function.isIntrinsic())
      function.setAttributes({});
    if (function.isDeclaration())
      continue;
    function.addFnAttr(llvm::Attribute::OptimizeForSize);
    setAnyCpu(function);
    for (llvm::BasicBlock &block : function)
      for (llvm::Instruction &instruction : block)
        if (auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction))
          if (!call->getCalledFunction() || !call->getCalledFunction()->isIntrinsic())
            call->setAttributes({});
  }
  for (const char *name : {"llvm.ident", "llvm.module.flags"})
    if (llvm::NamedMDNode *node = module.getNamedMetadata(name))
      node->eraseFromParent();
  return std::move(*parsed);
}

/// Puts a constant in the place of the declaration `name`.
void define(llvm::Module &module, StringRef name, llvm::Constant *value) {
  llvm::GlobalVariable *declaration = module.getGlobalVariable(name);
  auto *variable = new llvm::GlobalVariable(module, value->getType(), /*isConstant=*/true,
                                            llvm::GlobalValue::PrivateLinkage, value);
  variable->setAlignment(llvm::Align(64));
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

/// LLVM has no symbols of empty arrays.
void defineTable(llvm::Module &module, StringRef name, SmallVector<uint64_t> table) {
  if (table.empty())
    table.push_back(0);
  define(module, name, llvm::ConstantDataArray::get(module.getContext(), table));
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

/// Names and bytes of the device's programs, one behind the other, and the table
/// of their places: pointers would need relocation, which is no constant.
void defineDevicePrograms(Program &program, const ModelInfo &info) {
  std::string data;
  SmallVector<uint64_t> table;
  auto append = [&](StringRef bytes) {
    uint64_t place = llvm::alignTo(data.size(), 64);
    data.resize(place);
    data += bytes;
    return place;
  };
  for (const ProgramInfo &each : info.programs) {
    uint64_t name = append((each.name + llvm::Twine('\0')).str());
    StringRef bytes(reinterpret_cast<const char *>(each.bytes.data()), each.bytes.size());
    table.append({name, append(bytes), uint64_t(bytes.size())});
  }
  static_assert(sizeof(EntryProgram) == 3 * sizeof(uint64_t));
  defineTable(*program.module, "pith_entry_programs", std::move(table));
  define(*program.module, "pith_entry_program_data",
         llvm::ConstantDataArray::getString(program.context, data));
}

void defineModel(Program &program, const ModelInfo &info, const ProgramOptions &options) {
  llvm::Module &module = *program.module;
  SmallVector<uint64_t> variants, layers, sizes, io;
  int64_t expected = 0;
  for (const VariantInfo &variant : info.variants) {
    variants.append({variant.features, variant.selftest ? uint64_t(expected) : ~uint64_t(0)});
    expected += variant.selftest ? info.hashes(variant) : 0;
    for (const CodeInfo &code : variant.codes)
      layers.push_back(code.layers.size());
  }
  for (const ShapeInfo &shape : info.shapes) {
    sizes.append(shape.sizes.begin(), shape.sizes.end());
    for (const SmallVector<IoInfo> *list : {&shape.inputs, &shape.outputs})
      for (const IoInfo &each : *list)
        appendIo(each, io);
  }
  static_assert(sizeof(EntryVariant) == 2 * sizeof(uint64_t));
  static_assert(sizeof(EntryIo) == 7 * sizeof(uint64_t));
  defineTable(module, "pith_entry_variants", std::move(variants));
  defineTable(module, "pith_entry_layers", std::move(layers));
  defineTable(module, "pith_entry_sizes", std::move(sizes));
  defineTable(module, "pith_entry_io", std::move(io));
  const uint64_t model[] = {options.magic,
                            uint64_t(info.programOffset()),
                            uint64_t(info.arena()),
                            uint64_t(info.scratch()),
                            uint64_t(expected ? info.selftestBytes() : 0),
                            info.numInputs(),
                            info.numOutputs(),
                            info.variants.size(),
                            info.shapes.size(),
                            info.dims.size(),
                            uint64_t(info.batch ? info.batch.getMax() : 0),
                            uint64_t(options.weightsFile),
                            info.programs.size()};
  static_assert(sizeof model == sizeof(EntryModel));
  defineTable(module, "pith_entry_model", SmallVector<uint64_t>(llvm::ArrayRef(model)));

  auto section = [&](StringRef name, const char *suffix, int64_t bytes) {
    defineSection(module, name, info.name, suffix, bytes);
  };
  defineDevicePrograms(program, info);
  section("pith_entry_weights", weightsSection, options.weightsFile ? -1 : info.weights);
  section("pith_entry_weights_header", weightsHeaderSection,
          options.weightsFile ? int64_t(ENTRY_WEIGHTS_HEADER) : -1);
  section("pith_entry_expected", expectedSection, expected ? 8 * expected : -1);
  section("pith_entry_text", manifestSection, options.manifestBytes);
}

/// Calls the code that is the first argument, of a variant and a shape. All but the
/// first are in objects of their own. A program takes a device, the last argument, only
/// where the model has one.
void definePrograms(Program &program, const ModelInfo &info) {
  llvm::Module &module = *program.module;
  llvm::Function *choose = module.getFunction("pith_entry_program");
  choose->setLinkage(llvm::GlobalValue::InternalLinkage);
  choose->addFnAttr(llvm::Attribute::AlwaysInline);
  setAnyCpu(*choose);
  SmallVector<llvm::Value *> arguments;
  for (llvm::Argument &argument : llvm::drop_begin(choose->args()))
    arguments.push_back(&argument);
  llvm::FunctionType *type = module.getFunction(programName(info, 0))->getFunctionType();
  arguments.resize(type->getNumParams());
  auto *entry = llvm::BasicBlock::Create(program.context, "", choose);
  llvm::IRBuilder<> builder(entry);
  llvm::SwitchInst *codes = nullptr;
  const size_t count = info.variants.size() * info.shapes.size();
  for (size_t i = 0; i < count; ++i) {
    auto *called = llvm::cast<llvm::Function>(
        module.getOrInsertFunction(programName(info, i), type).getCallee());
    if (called->isDeclaration())
      called->setVisibility(llvm::GlobalValue::HiddenVisibility);
    auto *block = llvm::BasicBlock::Create(program.context, "", choose);
    if (codes)
      codes->addCase(builder.getInt64(i), block);
    else
      codes = builder.CreateSwitch(choose->getArg(0), block, count);
    builder.SetInsertPoint(block);
    builder.CreateCall(type, called, arguments);
    builder.CreateRetVoid();
  }
}

/// Finds out what the CPU has, where programs can.
LogicalResult defineFeatures(Program &program, const ModelInfo &info, Location loc) {
  const llvm::Triple &triple = program.machine->getTargetTriple();
  const Architecture *architecture = findArchitecture(triple);
  if (architecture && architecture->asks) {
    std::unique_ptr<llvm::Module> asking = parseEntry(program, askingBitcode);
    llvm::Function *function = asking ? asking->getFunction("pith_features") : nullptr;
    if (!function)
      return emitError(loc) << "the code that asks the CPU is damaged";
    function->setName("pith_entry_features");
    if (llvm::Linker::linkModules(*program.module, std::move(asking)))
      return emitError(loc) << "the code that asks the CPU does not fit the program";
    program.module->getFunction("pith_entry_features")
        ->setLinkage(llvm::GlobalValue::InternalLinkage);
    return success();
  }
  // One variant runs unchecked; of several, the one that any CPU can run.
  uint64_t given = ~uint64_t(0);
  if (architecture && info.variants.size() > 1) {
    TargetAttr target = info.variants.front().target;
    FailureOr<uint64_t> first =
        neededFeatures(TargetAttr::get(target.getContext(), target.getName(), target.getTriple(),
                                       architecture->firstCpu, ""),
                       loc);
    if (failed(first))
      return failure();
    given = *first;
  }
  llvm::Function *function = program.module->getFunction("pith_entry_features");
  function->setLinkage(llvm::GlobalValue::InternalLinkage);
  setAnyCpu(*function);
  llvm::IRBuilder<> builder(llvm::BasicBlock::Create(program.context, "", function));
  builder.CreateRet(builder.getInt64(given));
  return success();
}

} // namespace

void pith::setAnyCpu(llvm::Function &function) {
  const Architecture *architecture = findArchitecture(function.getParent()->getTargetTriple());
  if (!architecture)
    return;
  function.addFnAttr("target-cpu", architecture->firstCpu);
  function.addFnAttr("target-features", "");
}

LogicalResult pith::addEntry(Program &program, const ModelInfo &info, const ProgramOptions &options,
                             Location loc) {
  std::unique_ptr<llvm::Module> entry = parseEntry(program, entryBitcode);
  if (!entry || llvm::Linker::linkModules(*program.module, std::move(entry)))
    return emitError(loc) << "the lowered module uses names that begin with 'pith_entry_'";
  definePrograms(program, info);
  llvm::Function *launch = program.module->getFunction("pith_entry_launch");
  launch->setLinkage(llvm::GlobalValue::InternalLinkage); // for the program only
  if (failed(defineFeatures(program, info, loc)) || failed(defineFloatEnvironment(program, loc)))
    return failure();
  defineModel(program, info, options);
  llvm::SmallPtrSet<const llvm::Function *, 8> exported;
  for (llvm::Function &function : *program.module) {
    StringRef name = function.getName();
    if (function.isDeclaration() || !function.hasExternalLinkage() ||
        !name.consume_front("pith_entry_"))
      continue;
    function.setName(info.name + "_" + name);
    exported.insert(&function);
  }
  auto isExported = [&](const llvm::Function &function) { return exported.contains(&function); };
  return finishFunctions(program, info.variants.front().codes.front(), isExported, loc);
}
