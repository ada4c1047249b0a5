// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes of several stages.
#ifndef PITH_LIB_SUPPORT_PASSES_TD
#define PITH_LIB_SUPPORT_PASSES_TD
include "mlir/Pass/PassBase.td"

def MergeEqual : Pass<"pith-merge-equal"> {
  let summary = "make equal operations one";
  let description = [{
    Of operations without effects that have equal attributes, operands and
    regions the first stays; what nothing reads goes. It is MLIR's `cse` in time
    that does not depend on how many operations differ only in their regions.

    ```mlir
    %a = pith.map(%x) { math.sqrt }
    %b = pith.map(%x) { math.sqrt }
    %c = pith.map(%a, %b) { addf }
    // becomes
    %a = pith.map(%x) { math.sqrt }
    %c = pith.map(%a, %a) { addf }
    ```
  }];
  let statistics = [Statistic<"numMerged", "merged", "operations that an equal one replaced">];
}

#endif
