// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCEL_ACCELDIALECT_H
#define ACCEL_ACCELDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"

#include "AccelDialect.h.inc"
#define GET_OP_CLASSES
#include "AccelOps.h.inc"

#endif
