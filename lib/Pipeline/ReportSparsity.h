// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the zeros in a layer's weights are worth, for reports.
#ifndef PITH_LIB_PIPELINE_REPORTSPARSITY_H
#define PITH_LIB_PIPELINE_REPORTSPARSITY_H

#include "dialects/Pith/PithAttrs.h"
#include "llvm/Support/JSON.h"

namespace pith {

/// Pattern, shares of zeros and of absent blocks, and for each target the row
/// that makes use of the pattern with its estimated speed against the fastest
/// dense row. `anchor` is the operator, e.g. "pith.conv".
llvm::json::Object describeSparsity(SparsityAttr sparsity, llvm::StringRef anchor);

} // namespace pith

#endif
