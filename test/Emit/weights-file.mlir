// Weights in a file of their own; also when they are larger than the limit.
// RUN: rm -rf %t && mkdir -p %t
// RUN: pith-test-emit %S/Inputs/scale.mlir -o %t/b --weights-file
// RUN: pith-test-emit %S/Inputs/scale.mlir -o %t/limit --weights-limit=191
// RUN: cmp %t/b/scale.weights %t/limit/scale.weights
// RUN: cmp %t/b/scale.o %t/limit/scale.o
// RUN: pith-test-emit %S/Inputs/scale.mlir -o %t/below --weights-limit=192
// RUN: ls %t/below | FileCheck %s --check-prefix=BELOW
// BELOW-NOT: weights
// RUN: %cc -std=c11 -O1 -c %t/b/pith_threads.c -o %t/threads.o
// RUN: %cc -std=c11 -O1 -c %t/b/pith_features.c -o %t/features.o
// RUN: %cc -std=c99 -pedantic -Wall -Wextra -Werror -O1 -frounding-math -I%t/b '-DWEIGHTS="%t/b/scale.weights"' -c %S/Inputs/use-scale.c -o %t/c.o
// RUN: %cc %t/c.o %t/threads.o %t/features.o %t/b/scale.o -pthread -lm -o %t/c && %t/c | FileCheck %s
// CHECK: ok: 141.657135
// RUN: llvm-nm %t/b/scale.o | FileCheck %s --check-prefix=SYMBOLS
// SYMBOLS-NOT: scale_weights{{$}}
// SYMBOLS: scale_weights_header
// SYMBOLS-NOT: scale_weights{{$}}
// RUN: od -An -c -N 8 %t/b/scale.weights | FileCheck %s --check-prefix=MAGIC
// MAGIC: p i t h w g t s
// RUN: od -An -tu8 -j 16 -N 8 %t/b/scale.weights | FileCheck %s --check-prefix=SIZE --match-full-lines
// SIZE: 192
// 64 bytes in front: 1.5 is the first weight, 0.1 stands at 128.
// RUN: od -An -tf4 -j 64 -N 4 %t/b/scale.weights | FileCheck %s --check-prefix=FIRST
// FIRST: 1.5
// RUN: od -An -tf4 -j 192 -N 4 %t/b/scale.weights | FileCheck %s --check-prefix=LAST
// LAST: 0.1
