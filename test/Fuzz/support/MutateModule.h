// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_TEST_FUZZ_SUPPORT_MUTATEMODULE_H
#define PITH_TEST_FUZZ_SUPPORT_MUTATEMODULE_H

#include "mlir/IR/DialectRegistry.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace pith::fuzz {

/// The module, changed in one place, in MLIR's general form; or nothing. The text is
/// one that parses: MLIR's parser crashes on others.
std::string changedModule(llvm::StringRef text, const mlir::DialectRegistry &dialects,
                          unsigned seed);

} // namespace pith::fuzz

#endif
