// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Measured decisions between rows and tiles: how a module carries them.
#ifndef PITH_LIB_SCHEDULE_TUNING_H
#define PITH_LIB_SCHEDULE_TUNING_H

#include "dialects/Pith/PithOps.h"

namespace pith {

/// On the module, what a tuning file says, an array with a dictionary for each CPU:
///   target, cpu, features  as in #pith.target
///   groups                 an array of dictionaries:
///     key       of the group, as `tuningKey` makes it
///     layer     a node's name, for messages
///     row       that runs it
///     tile      of that row's tiles, array<i64>; not there: the cheapest
///     measured  an array of dictionaries: row, tile, ns (i64)
inline constexpr llvm::StringLiteral tuningAttrName = "pith.tuning";

/// On the module while it is tuned, an f64: rows and tiles that cost up to so many
/// times as much as the cheapest are close.
inline constexpr llvm::StringLiteral closeAttrName = "pith.close";

/// With that attribute on the module, a dictionary on the anchors of groups that
/// have several close ways to run, and then on the calls of their kernels: `key`, and
/// `ways`, an array of dictionaries of row and tile, the cheapest first.
inline constexpr llvm::StringLiteral waysAttrName = "pith.ways";

/// A hash of what a group computes: its operators in order, how they are connected,
/// their attributes and types, and which inputs are constant. Values of constants and
/// names take no part, so that layers of one shape share a key.
std::string tuningKey(GroupOp group);

} // namespace pith

#endif
