// A run-time batch: samples lie one behind the other in every buffer.
// RUN: rm -rf %t && mkdir -p %t
// RUN: sed 's/pith.model = /pith.batch = #pith.batch<"N", 3>, pith.model = /' %S/Inputs/scale.mlir > %t/batch.mlir
// RUN: pith-test-emit %t/batch.mlir -o %t/b
// RUN: %cc -std=c11 -O1 -c %t/b/pith_threads.c -o %t/threads.o
// RUN: %cc -std=c11 -O1 -c %t/b/pith_features.c -o %t/features.o
// RUN: %cc -std=c99 -pedantic -Wall -Wextra -Werror -O1 -frounding-math -DBATCH -I%t/b -c %S/Inputs/use-scale.c -o %t/c.o
// RUN: %cc %t/c.o %t/threads.o %t/features.o %t/b/scale.o -pthread -lm -o %t/c && %t/c | FileCheck %s
// CHECK: ok: 141.657135
// RUN: FileCheck %s --check-prefix=HEADER < %t/b/scale.h
// HEADER: #define SCALE_BATCH_MAX 3
// HEADER: const float *x_0; /* x:0: f32 [4, 8] for each sample */
// HEADER-NEXT: size_t batch; /* samples that lie one behind the other in every buffer, 1 to 3 */
