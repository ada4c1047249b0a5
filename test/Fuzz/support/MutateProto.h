// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_TEST_FUZZ_SUPPORT_MUTATEPROTO_H
#define PITH_TEST_FUZZ_SUPPORT_MUTATEPROTO_H

#include "test/Fuzz/support/Target.h"

namespace pith::fuzz {

/// The protobuf message that the target's bytes are; the target defines it.
extern const char *const messageOfBytes;

} // namespace pith::fuzz

#endif
