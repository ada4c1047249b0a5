// The folder, the locale and threads change no byte; no file names a folder.
// RUN: rm -rf %t && mkdir -p %t/one/deep %t/two
// RUN: pith-test-emit %S/Inputs/scale.mlir -o %t/one/deep/x --archive --shared
// RUN: cd %t/two && env LC_ALL=de_DE.UTF-8 TZ=Asia/Tokyo pith-test-emit %S/Inputs/scale.mlir -o y --archive --shared --threading=false
// RUN: diff -r %t/one/deep/x %t/two/y
// RUN: not grep -r -a -l %t %t/one/deep/x
// RUN: pith-test-emit %S/Inputs/scale.mlir -o %t/two/y --archive --shared
// RUN: diff -r %t/one/deep/x %t/two/y
