// The same program on another architecture; its self-test expects what this
// machine computes.
// REQUIRES: aarch64
// RUN: rm -rf %t && mkdir -p %t
// RUN: sed 's/x86_64-unknown-linux-gnu/aarch64-unknown-linux-gnu/; s/x86-64-v3/generic/' %S/Inputs/scale.mlir > %t/scale.mlir
// RUN: pith-test-emit %t/scale.mlir -o %t/b
// RUN: ls -a %t/b | FileCheck %s --check-prefix=FILES
// FILES-NOT: host
// RUN: %cc-aarch64 -std=c11 -Wall -Wextra -Werror -O1 -c %t/b/pith_threads.c -o %t/threads.o
// RUN: %cc-aarch64 -std=c11 -Wall -Wextra -Werror -O1 -c %t/b/pith_features.c -o %t/features.o
// RUN: %cc-aarch64 -std=c99 -Wall -Wextra -Werror -O1 -I%t/b -c %S/Inputs/use-scale.c -o %t/c.o
// RUN: %cc-aarch64 -fuse-ld=lld %t/c.o %t/threads.o %t/features.o %t/b/scale.o -pthread -lm -o %t/c
// RUN: %run-aarch64 %t/c | FileCheck %s
// CHECK: ok: 141.657135
// RUN: llvm-nm -u %t/b/scale.o | FileCheck %s --check-prefix=UNDEFINED
// UNDEFINED-NOT: {{U [^m]}}
