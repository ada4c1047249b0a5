// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Unrolling.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

void pith::keepRolled(scf::ForOp loop) {
  MLIRContext *context = loop.getContext();
  auto unroll = LLVM::LoopUnrollAttr::get(context, /*disable=*/BoolAttr::get(context, true),
                                          /*count=*/{}, /*runtimeDisable=*/{}, /*full=*/{},
                                          /*followupUnrolled=*/{}, /*followupRemainder=*/{},
                                          /*followupAll=*/{});
  // Under this name the branches that the loop becomes have it.
  loop->setAttr("loop_annotation",
                LLVM::LoopAnnotationAttr::get(
                    context, /*disableNonforced=*/{}, /*vectorize=*/{}, /*interleave=*/{}, unroll,
                    /*unrollAndJam=*/{}, /*licm=*/{}, /*distribute=*/{}, /*pipeline=*/{},
                    /*peeled=*/{}, /*unswitch=*/{}, /*mustProgress=*/{}, /*isVectorized=*/{},
                    /*startLoc=*/{}, /*endLoc=*/{}, /*parallelAccesses=*/{}));
}
