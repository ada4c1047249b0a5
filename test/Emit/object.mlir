// A lowered module becomes a bundle that a C program and a C++ program use,
// with the object, the archive and the shared library.
// RUN: rm -rf %t && mkdir -p %t
// RUN: pith-test-emit %S/Inputs/scale.mlir -o %t/b --archive --shared
// RUN: ls %t/b | FileCheck %s --check-prefix=FILES
// FILES: pith_features.c
// FILES-NEXT: pith_threads.c
// FILES-NEXT: scale.a
// FILES-NEXT: scale.h
// FILES-NEXT: scale.manifest.json
// FILES-NEXT: scale.o
// FILES-NEXT: scale.so
// FILES-NOT: {{.}}
// RUN: %cc -std=c11 -Wall -Wextra -Werror -O1 -c %t/b/pith_threads.c -o %t/threads.o
// RUN: %cc -std=c11 -Wall -Wextra -Werror -O1 -c %t/b/pith_features.c -o %t/features.o
// RUN: %cc -std=c99 -pedantic -Wall -Wextra -Werror -O1 -frounding-math -DNEEDS_FEATURES -I%t/b -c %S/Inputs/use-scale.c -o %t/c.o
// RUN: %cxx -x c++ -pedantic -Wall -Wextra -Werror -O1 -frounding-math -I%t/b -c %S/Inputs/use-scale.c -o %t/cxx.o
// RUN: %cc %t/c.o %t/threads.o %t/features.o %t/b/scale.o -pthread -lm -o %t/c && %t/c | FileCheck %s
// RUN: %cc %t/c.o %t/threads.o %t/features.o %t/b/scale.a -pthread -lm -o %t/a && %t/a | FileCheck %s
// RUN: %cc %t/c.o %t/threads.o %t/features.o %t/b/scale.so -Wl,-rpath,%t/b -pthread -lm -o %t/so && %t/so | FileCheck %s
// RUN: %cxx %t/cxx.o %t/threads.o %t/features.o %t/b/scale.o -pthread -lm -o %t/cxx && %t/cxx | FileCheck %s
// CHECK: ok: 141.657135

// Nothing is called but memcpy and memset, nothing can be written, kernels keep their names.
// RUN: llvm-nm -u %t/b/scale.o | FileCheck %s --check-prefix=UNDEFINED
// UNDEFINED-NOT: {{U [^m]}}
// UNDEFINED: U memcpy
// UNDEFINED-NOT: {{U [^m]}}
// RUN: llvm-nm --defined-only %t/b/scale.o | FileCheck %s --check-prefix=SYMBOLS
// SYMBOLS-NOT: {{ [BDbdCWVw] }}
// SYMBOLS-DAG: t k0_mul
// SYMBOLS-DAG: t scale_program
// SYMBOLS-DAG: r scale_weights
// SYMBOLS-DAG: T scale_run
// SYMBOLS-NOT: {{ [BDbdCWVw] }}
// RUN: llvm-nm -D --defined-only %t/b/scale.so | FileCheck %s --check-prefix=EXPORTED
// EXPORTED: scale_arena_size
// EXPORTED-NEXT: scale_init
// EXPORTED-NEXT: scale_manifest
// EXPORTED-NEXT: scale_run
// EXPORTED-NEXT: scale_selftest
// EXPORTED-NOT: {{.}}
// RUN: llvm-readelf -S %t/b/scale.o | FileCheck %s --check-prefix=WRITABLE
// WRITABLE-NOT: {{ WA }}
