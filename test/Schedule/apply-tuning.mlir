// RUN: pith-test-schedule %s --pith-select-kernels --pith-apply-tuning --split-input-file 2>/dev/null | FileCheck %s
// RUN: pith-test-schedule %s --pith-select-kernels --pith-apply-tuning --split-input-file 2>&1 >/dev/null | FileCheck %s --check-prefix=SAID

// What costs no more than 1.5 times as much as the cheapest, which comes first; the key
// says nothing of values and names.
module attributes {pith.close = 1.5 : f64, pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes,+words">} {
// CHECK-LABEL: func @close
func.func @close(%x: tensor<20x3xi8>) -> tensor<20x2xi32> {
  // CHECK: pith.matmul {{.*}}pith.ways = {key = "7ebfaa9ea4f6057d0d8ccdfac144e746", ways = [{row = "test.bytes", tile = array<i64: 4, 1>}, {row = "test.bytes", tile = array<i64: 1, 4>}]}
  %w = pith.constant dense<1> : tensor<3x2xi8>
  %r = pith.group (%x, %w : tensor<20x3xi8>, tensor<3x2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  } loc("fc")
  return %r : tensor<20x2xi32>
}
}

// -----

// The measured row and tile; the cost stays, and the next best is what was measured.
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes,+words">, pith.tuning = [
  {target = "test", cpu = "", features = "+bytes,+words", groups = [
    {key = "7ebfaa9ea4f6057d0d8ccdfac144e746", layer = "fc", row = "test.words", tile = array<i64: 1, 4>, measured = [{row = "test.bytes", tile = array<i64: 4, 1>, ns = 300}, {row = "test.words", tile = array<i64: 1, 4>, ns = 200}]}]}]} {
// CHECK-LABEL: func @flipped
func.func @flipped(%x: tensor<20x3xi8>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.words", cost = 10, tile = [1, 4], rejected = ["test.bytes: measured, takes 1.50 times as long as test.words", "test.proved: a sum may be too large", {{.*}}], next = "test.bytes", next_cost = 15>
  %w = pith.constant dense<1> : tensor<3x2xi8>
  %r = pith.group (%x, %w : tensor<20x3xi8>, tensor<3x2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  } loc("fc")
  return %r : tensor<20x2xi32>
}
}

// -----

// Without times there is still the decision; without a tile the best one of the row.
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes,+words">, pith.tuning = [
  {target = "test", cpu = "", features = "+bytes,+words", groups = [
    {key = "7ebfaa9ea4f6057d0d8ccdfac144e746", layer = "fc", row = "test.words", measured = []}]}]} {
// CHECK-LABEL: func @decided
func.func @decided(%x: tensor<20x3xi8>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.words", cost = 10, tile = [4, 1], rejected = ["test.bytes: the tuning file names test.words", {{.*}}], next = "test.bytes", next_cost = 10>
  %w = pith.constant dense<1> : tensor<3x2xi8>
  %r = pith.group (%x, %w : tensor<20x3xi8>, tensor<3x2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  } loc("fc")
  return %r : tensor<20x2xi32>
}
}

// -----

// The estimated choice, confirmed.
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes,+words">, pith.tuning = [
  {target = "test", cpu = "", features = "+bytes,+words", groups = [
    {key = "7ebfaa9ea4f6057d0d8ccdfac144e746", layer = "fc", row = "test.bytes", tile = array<i64: 4, 1>, measured = [{row = "test.bytes", tile = array<i64: 4, 1>, ns = 100}, {row = "test.words", tile = array<i64: 1, 4>, ns = 200}]}]}]} {
// CHECK-LABEL: func @confirmed
func.func @confirmed(%x: tensor<20x3xi8>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.bytes", cost = 10, tile = [4, 1], {{.*}}"test.words: measured, takes 2.00 times as long as test.bytes"{{.*}}next = "test.words", next_cost = 20>
  %w = pith.constant dense<1> : tensor<3x2xi8>
  %r = pith.group (%x, %w : tensor<20x3xi8>, tensor<3x2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  } loc("fc")
  return %r : tensor<20x2xi32>
}
}

// -----

// SAID: warning: {{.*}}the tuning file's entry is stale: row 'test.none' is not in the target's table
// SAID: note: {{.*}}measure again with 'pith compile --tune'
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes,+words">, pith.tuning = [
  {target = "test", cpu = "", features = "+bytes,+words", groups = [
    {key = "7ebfaa9ea4f6057d0d8ccdfac144e746", layer = "fc", row = "test.none", measured = []}]}]} {
// CHECK-LABEL: func @no_such_row
func.func @no_such_row(%x: tensor<20x3xi8>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.bytes", cost = 10, tile = [4, 1]
  %w = pith.constant dense<1> : tensor<3x2xi8>
  %r = pith.group (%x, %w : tensor<20x3xi8>, tensor<3x2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  } loc("fc")
  return %r : tensor<20x2xi32>
}
}

// -----

// SAID: warning: {{.*}}the tuning file's entry is stale: row 'test.proved' a sum may be too large
// SAID: note: {{.*}}measure again with 'pith compile --tune'
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes,+words">, pith.tuning = [
  {target = "test", cpu = "", features = "+bytes,+words", groups = [
    {key = "7ebfaa9ea4f6057d0d8ccdfac144e746", layer = "fc", row = "test.proved", tile = array<i64: 4, 1>, measured = []}]}]} {
// CHECK-LABEL: func @refused
func.func @refused(%x: tensor<20x3xi8>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.bytes", cost = 10, tile = [4, 1]
  %w = pith.constant dense<1> : tensor<3x2xi8>
  %r = pith.group (%x, %w : tensor<20x3xi8>, tensor<3x2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  } loc("fc")
  return %r : tensor<20x2xi32>
}
}

// -----

// SAID: warning: {{.*}}the tuning file's entry is stale: row 'test.bytes' has no tile 3x3 for it
// SAID: note: {{.*}}measure again with 'pith compile --tune'
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes,+words">, pith.tuning = [
  {target = "test", cpu = "", features = "+bytes,+words", groups = [
    {key = "7ebfaa9ea4f6057d0d8ccdfac144e746", layer = "fc", row = "test.bytes", tile = array<i64: 3, 3>, measured = []}]}]} {
// CHECK-LABEL: func @no_such_tile
func.func @no_such_tile(%x: tensor<20x3xi8>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.bytes", cost = 10, tile = [4, 1]
  %w = pith.constant dense<1> : tensor<3x2xi8>
  %r = pith.group (%x, %w : tensor<20x3xi8>, tensor<3x2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  } loc("fc")
  return %r : tensor<20x2xi32>
}
}

// -----

// What --row asks for wins.
// SAID: warning: {{.*}}the tuning file's entry is stale: row 'test.bytes' is not test.words, which --row asks for
module attributes {pith.options = {row = "test.words"}, pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes,+words">, pith.tuning = [
  {target = "test", cpu = "", features = "+bytes,+words", groups = [
    {key = "7ebfaa9ea4f6057d0d8ccdfac144e746", layer = "fc", row = "test.bytes", tile = array<i64: 4, 1>, measured = []}]}]} {
// CHECK-LABEL: func @forced
func.func @forced(%x: tensor<20x3xi8>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.words"
  %w = pith.constant dense<1> : tensor<3x2xi8>
  %r = pith.group (%x, %w : tensor<20x3xi8>, tensor<3x2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  } loc("fc")
  return %r : tensor<20x2xi32>
}
}

// -----

// SAID: warning: 2 of 3 entries of the tuning file are for groups that the model lacks; the first was measured for 'a'
// SAID: note: {{.*}}measure again
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes,+words">, pith.tuning = [
  {target = "test", cpu = "", features = "+bytes,+words", groups = [
    {key = "7ebfaa9ea4f6057d0d8ccdfac144e746", layer = "fc", row = "test.words", tile = array<i64: 1, 4>, measured = [{row = "test.bytes", tile = array<i64: 4, 1>, ns = 300}, {row = "test.words", tile = array<i64: 1, 4>, ns = 200}]},
    {key = "a", layer = "a", row = "test.words", measured = []}, {key = "b", layer = "b", row = "test.words", measured = []}]}]} {
// CHECK-LABEL: func @unknown
func.func @unknown(%x: tensor<20x3xi8>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.words"
  %w = pith.constant dense<1> : tensor<3x2xi8>
  %r = pith.group (%x, %w : tensor<20x3xi8>, tensor<3x2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  } loc("fc")
  return %r : tensor<20x2xi32>
}
}

// -----

// SAID: warning: the tuning file says nothing of CPU '' with these features
// SAID: note: {{.*}}measure with 'pith compile --tune' on such a machine
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes,+words">, pith.tuning = [
  {target = "test", cpu = "other", features = "+bytes,+words", groups = [
    {key = "7ebfaa9ea4f6057d0d8ccdfac144e746", layer = "fc", row = "test.words", tile = array<i64: 1, 4>, measured = [{row = "test.bytes", tile = array<i64: 4, 1>, ns = 300}, {row = "test.words", tile = array<i64: 1, 4>, ns = 200}]}]}]} {
// CHECK-LABEL: func @another_cpu
func.func @another_cpu(%x: tensor<20x3xi8>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.bytes"
  %w = pith.constant dense<1> : tensor<3x2xi8>
  %r = pith.group (%x, %w : tensor<20x3xi8>, tensor<3x2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  } loc("fc")
  return %r : tensor<20x2xi32>
}
}

// -----

// A module edited by hand: what is not of the form says nothing.
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes">, pith.tuning = [1, {target = 2}, {target = "test", cpu = "", features = "+bytes", groups = [3, {}]}]} {
// CHECK-LABEL: func @edited
func.func @edited(%x: tensor<20x3xi8>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.bytes"
  %w = pith.constant dense<1> : tensor<3x2xi8>
  %r = pith.group (%x, %w : tensor<20x3xi8>, tensor<3x2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  } loc("fc")
  return %r : tensor<20x2xi32>
}
}
