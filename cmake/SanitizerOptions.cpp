// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Part of each program of a sanitized build. The shared LLVM and MLIR are not
// instrumented: memory that their headers poison in our code, their own code
// never makes usable again. Leaks at exit are theirs by design.
extern "C" const char *__asan_default_options() { return "allow_user_poisoning=0:detect_leaks=0"; }
