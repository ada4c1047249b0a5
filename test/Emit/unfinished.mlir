// A disk without room and a kill in the middle of writing leave the old bundle.
// A limit on file sizes, in KiB, stands for both: as an error, and as a signal.
// RUN: rm -rf %t && mkdir -p %t
// RUN: pith-test-emit %S/Inputs/scale.mlir -o %t/b --archive
// RUN: cp -r %t/b %t/old
// RUN: sed 's/7.0, -1.0/7.0, -3.0/' %S/Inputs/scale.mlir > %t/new.mlir
// RUN: echo 'enough=$(($(stat -c %%s %t/old/* | sort -n | tail -1) / 1024 + 1)); limits="0 1 4 7 $((enough - 1))"; emit="pith-test-emit %t/new.mlir -o %t/b --archive"' > %t/limits.sh

// RUN: bash -c '. %t/limits.sh; trap "" XFSZ; for k in $limits; do ulimit -S -f $k; $emit 2>&1; test $? = 3 || exit 1; done' | FileCheck %s --check-prefix=ERROR
// ERROR-COUNT-5: error: cannot write {{.*}}: File too large
// RUN: diff -r %t/b %t/old
// RUN: ls -A %t | FileCheck %s --check-prefix=REST --match-full-lines
// REST: b
// REST-NEXT: limits.sh
// REST-NEXT: new.mlir
// REST-NEXT: old
// REST-NOT: {{.}}

// RUN: bash -c '. %t/limits.sh; for k in $limits; do (ulimit -S -f $k; $emit 2>/dev/null); test $? = 153 || exit 1; done'
// RUN: diff -r %t/b %t/old

// RUN: bash -c '. %t/limits.sh; ulimit -S -f $enough; $emit'
// RUN: not diff -r %t/b %t/old > %t/difference
