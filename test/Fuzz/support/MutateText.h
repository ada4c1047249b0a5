// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_TEST_FUZZ_SUPPORT_MUTATETEXT_H
#define PITH_TEST_FUZZ_SUPPORT_MUTATETEXT_H

#include "test/Fuzz/support/Target.h"
#include <string>

namespace pith::fuzz {

/// Words of the target's language; the target defines it.
llvm::ArrayRef<llvm::StringRef> wordsOfText();

/// The text with what it means changed, or nothing. A target may define it.
[[gnu::weak]] std::string changedMeaning(llvm::StringRef text, unsigned seed);

} // namespace pith::fuzz

#endif
