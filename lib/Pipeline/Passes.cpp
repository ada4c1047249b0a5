// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Support/Passes.h"
#include "lib/Import/Import.h"
#include "lib/Kernels/Passes.h"
#include "lib/Quantize/Passes.h"
#include "lib/Schedule/Schedule.h"
#include "lib/Sparsify/Passes.h"
#include "lib/Support/Passes.h"
#include "lib/Target/Passes.h"

void pith::registerPasses() {
  registerSupportPasses();
  registerImport();
  registerQuantizePasses();
  registerSparsifyPasses();
  registerKernelsPasses();
  registerSchedule();
  registerTargetPasses();
}
