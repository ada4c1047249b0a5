// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the time of each layer comes to, beside what this machine can do.
#ifndef PITH_TOOLS_PITH_PROFILE_H
#define PITH_TOOLS_PITH_PROFILE_H

#include "pith/Pipeline/LayerTimes.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace pith::tool {

/// Under the keys of the contract, a row for each layer of the model's chosen shape:
/// name, op, kernel and the next best one, precision, time and what it comes to,
/// the least time by this machine's peaks for so many threads, and what bounds it.
llvm::json::Array profile(const LayerTimes &times, const LoadedModel &model, size_t variant,
                          unsigned threads);

/// The rows as a table, the longest time first.
void printProfile(const llvm::json::Array &rows, llvm::raw_ostream &os);

} // namespace pith::tool

#endif
