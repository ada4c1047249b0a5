// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ensembles of decision trees, whichever operator of ai.onnx.ml states them.
#ifndef PITH_LIB_IMPORT_OPS_TREES_H
#define PITH_LIB_IMPORT_OPS_TREES_H

#include "lib/Import/Ops/NodeConversion.h"

namespace pith::import {

/// How a node compares a feature with its threshold, as TreeEnsemble numbers it.
enum class Split : int64_t { AtMost, Below, AtLeast, Above, Equal, NotEqual, Member };

/// Nodes and, numbered behind all of them, leaves.
struct Forest {
  struct Node {
    int64_t feature = 0;
    Split split = Split::AtMost;
    double threshold = 0;
    bool missingIsTrue = false;
    int64_t yes = 0, no = 0;
  };
  std::vector<Node> nodes;
  std::vector<int64_t> roots;
  /// One number for each result and leaf, row by row; those that a leaf does not state are
  /// neutral.
  std::vector<double> weights;
  int64_t leaves = 0, results = 0;

  /// Steps from a root to its farthest leaf; fails where nodes form a circle or name
  /// nodes, leaves or features that do not exist.
  mlir::FailureOr<int64_t> depth(NodeConversion &node, int64_t features) const;

  /// [samples, trees]: the leaf that operand 0 reaches.
  mlir::FailureOr<mlir::Value> reach(NodeConversion &node) const;
};

/// [samples, results] of the leaves: the sum, least or greatest over trees, as operand 0's type
/// or f32.
mlir::Value joinLeaves(NodeConversion &node, const Forest &forest, mlir::Value leaves,
                       llvm::StringRef how);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_TREES_H
