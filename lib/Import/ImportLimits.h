// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a model file may ask for. A file beyond one of these is refused with a
// diagnostic, before memory or time is spent on it.
#ifndef PITH_LIB_IMPORT_IMPORTLIMITS_H
#define PITH_LIB_IMPORT_IMPORTLIMITS_H

#include <cstdint>

namespace pith {

struct ImportLimits {
  /// Protobuf cannot address more; larger weights are external data.
  int64_t fileBytes = (int64_t(1) << 31) - 1;
  /// Text is parsed in memory, several times its size.
  int64_t textBytes = int64_t(1) << 28;
  /// Nodes of all graphs, after local functions are expanded.
  int64_t nodes = int64_t(1) << 20;
  /// Nodes that bodies of loops become, a loop inside of a loop for each of its iterations.
  int64_t unrolledNodes = int64_t(1) << 18;
  /// Graphs inside graphs (bodies of If, Loop and Scan).
  int64_t nesting = 24;
  int64_t rank = 32;
  /// Elements of one tensor.
  int64_t elements = int64_t(1) << 40;
};

} // namespace pith

#endif // PITH_LIB_IMPORT_IMPORTLIMITS_H
