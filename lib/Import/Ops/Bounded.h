// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Results of which only the run tells how many there are: their bound, their
// number, and where they come from.
#ifndef PITH_LIB_IMPORT_OPS_BOUNDED_H
#define PITH_LIB_IMPORT_OPS_BOUNDED_H

#include "lib/Import/Ops/NodeConversion.h"

namespace pith::import {

/// A dimension of a result whose size is the number of what is found.
struct OpenDim {
  unsigned result;
  int64_t dim;
};

/// What results are picked from: the first operand along its dimension `axis`, or, where the node
/// does not name one, all its elements.
struct Picked {
  mlir::Value input;
  int64_t axis;
};
mlir::FailureOr<Picked> pickedFrom(NodeConversion &node);

/// The places that a result has for what is found: what the model or --dim
/// states for one of the open dimensions, else `largest`, which is never
/// exceeded, as long as that is reasonable.
mlir::FailureOr<int64_t> boundOf(NodeConversion &node, llvm::ArrayRef<OpenDim> open,
                                 int64_t largest);

/// Where the true elements of a tensor are, in order. A tree of sums over pairs
/// is made in time of the elements; the place of one then takes their logarithm.
class TruePlaces {
public:
  /// `bits`: i1, one dimension with at least one element.
  TruePlaces(TensorBuilder &builder, mlir::Value bits);

  /// i64 [bound]: the places of the first `bound`; -1 where there are no more.
  mlir::Value places(int64_t bound);
  /// i64 [1]: how many these are.
  mlir::Value count(int64_t bound);

private:
  TensorBuilder &builder;
  int64_t size;
  mlir::Value sums; ///< i64: the levels of the tree one after the other, the root first
  int64_t levels = 0;
};

/// Elements of `input` along `dim` at `places`; zeros where these are -1.
mlir::Value pick(TensorBuilder &builder, mlir::Value input, int64_t dim, mlir::Value places);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_BOUNDED_H
