// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NAME_run must not depend on the caller's rounding mode or flush-to-zero. LLVM
// has intrinsics for two scopes: the environment (with exception flags and
// masks) and the mode only. A machine that lacks a direct form of one of them
// gets a library call, so each is asked for what it can do.
#include "lib/Emit/Program.h"
#include "llvm/CodeGen/TargetLowering.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/IRBuilder.h"

using namespace mlir;
using namespace pith;

namespace {

/// The wider of the sizes in use: that of C's fenv_t.
constexpr unsigned environmentBits = 256;

struct Scope {
  llvm::Intrinsic::ID get, set, reset;
  unsigned bits;
};

std::optional<Scope> findScope(const llvm::TargetLowering &lowering) {
  using namespace llvm;
  auto direct = [&](unsigned get, unsigned set, unsigned reset, MVT type) {
    return lowering.isOperationLegalOrCustom(get, type) &&
           lowering.isOperationLegalOrCustom(set, type) &&
           lowering.isOperationLegalOrCustom(reset, MVT::Other);
  };
  if (direct(ISD::GET_FPENV_MEM, ISD::SET_FPENV_MEM, ISD::RESET_FPENV, MVT::Other))
    return Scope{Intrinsic::get_fpenv, Intrinsic::set_fpenv, Intrinsic::reset_fpenv,
                 environmentBits};
  for (MVT type : {MVT::i32, MVT::i64})
    if (direct(ISD::GET_FPMODE, ISD::SET_FPMODE, ISD::RESET_FPMODE, type))
      return Scope{Intrinsic::get_fpmode, Intrinsic::set_fpmode, Intrinsic::reset_fpmode,
                   unsigned(type.getFixedSizeInBits())};
  return std::nullopt;
}

} // namespace

LogicalResult pith::defineFloatEnvironment(Program &program, Location loc) {
  llvm::Function *enter = program.module->getFunction("pith_entry_float_enter");
  llvm::Function *leave = program.module->getFunction("pith_entry_float_leave");
  setAnyCpu(*enter);
  setAnyCpu(*leave);
  std::optional<Scope> scope =
      findScope(*program.machine->getSubtargetImpl(*enter)->getTargetLowering());
  if (!scope)
    return emitError(loc) << "cannot set the rounding mode on '"
                          << program.machine->getTargetTriple().str() << "' without a library call";
  llvm::IRBuilder<> builder(program.context);
  llvm::Type *type = builder.getIntNTy(scope->bits);
  for (llvm::Function *function : {enter, leave}) {
    function->setLinkage(llvm::GlobalValue::InternalLinkage);
    function->addFnAttr(llvm::Attribute::AlwaysInline);
    builder.SetInsertPoint(llvm::BasicBlock::Create(program.context, "", function));
    llvm::Value *place = function->getArg(0);
    if (function == enter) {
      llvm::Value *state = builder.CreateIntrinsic(type, scope->get, {});
      builder.CreateAlignedStore(state, place, llvm::Align(8));
      builder.CreateIntrinsic(builder.getVoidTy(), scope->reset, {});
    } else {
      llvm::Value *state = builder.CreateAlignedLoad(type, place, llvm::Align(8));
      builder.CreateIntrinsic(builder.getVoidTy(), scope->set, {state});
    }
    builder.CreateRetVoid();
  }
  return success();
}
