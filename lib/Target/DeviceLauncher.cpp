// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions that hand a device's kernel to its driver.
#include "lib/Target/ModelFunction.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace pith;

/// The entry function that calls the driver (lib/Emit/Entry.c).
static constexpr llvm::StringLiteral launchName = "pith_entry_launch";

static func::FuncOp declareLaunch(const Pointers &pointers, ModuleOp module) {
  if (auto known = module.lookupSymbol<func::FuncOp>(launchName))
    return known;
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  Type i64 = b.getI64Type();
  auto function =
      func::FuncOp::create(b, module.getLoc(), launchName,
                           b.getFunctionType({pointers.type, i64, pointers.type, i64}, {}));
  function.setPrivate();
  return function;
}

func::FuncOp pith::makeDeviceLauncher(const Pointers &pointers, func::FuncOp kernel,
                                      int64_t program) {
  auto module = kernel->getParentOfType<ModuleOp>();
  func::FuncOp launch = declareLaunch(pointers, module);
  OpBuilder b(kernel);
  Location loc = kernel.getLoc();
  unsigned operands = kernel.getNumArguments() - 3; // no begin, end and scratch
  SmallVector<Type> types(operands + 1, pointers.type);
  auto launcher = func::FuncOp::create(b, loc, (kernel.getName() + ".launch").str(),
                                       b.getFunctionType(types, {}));
  makeInternal(launcher);
  kernel.erase();
  b.setInsertionPointToStart(launcher.addEntryBlock());
  auto constant = [&](int64_t value) -> Value {
    return LLVM::ConstantOp::create(b, loc, b.getI64Type(), b.getI64IntegerAttr(value));
  };
  Value array = LLVM::AllocaOp::create(b, loc, pointers.type, pointers.type, constant(operands));
  for (unsigned i = 0; i < operands; ++i)
    LLVM::StoreOp::create(b, loc, launcher.getArgument(i), pointers.element(b, loc, array, i));
  func::CallOp::create(
      b, loc, launch,
      ValueRange{launcher.getArgument(operands), constant(program), array, constant(operands)});
  func::ReturnOp::create(b, loc);
  return launcher;
}
