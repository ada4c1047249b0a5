// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stage schedule, in the order of its pipeline.
#ifndef PITH_SCHEDULE_PASSES_TD
#define PITH_SCHEDULE_PASSES_TD
include "mlir/Pass/PassBase.td"

def ExposeTaps : Pass<"pith-expose-taps", "::mlir::ModuleOp"> {
  let summary = "make every tapped value a result of the model";
  let description = [{
    ```mlir
    func.func @main(%x: tensor<4xf32>) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}) {
      %0 = pith.tap "a" %x : tensor<4xf32>
    // becomes
    func.func @main(%x: tensor<4xf32>) -> (tensor<4xf32> {...}, tensor<4xf32> {pith.io = #pith.io<"a", f32>})
    ```
    Taps inside of loops have no single value and are dropped.
  }];
}

def FormGroups : Pass<"pith-form-groups", "::mlir::ModuleOp"> {
  let summary = "put every computing operation into a group";
  let description = [{
    Walks each block in order. An element-wise operation joins the group of a
    producer that only it uses, where the rows of the target's table fuse
    element-wise work behind their anchor; an anchor takes in what its rows fuse
    in front. Constants that are stored in fewer bytes than they have (packed
    codes, weights behind a dequantization) are decoded in the group that reads
    them, in each where there are several, if its rows fuse that. Slices and
    reshapes that are views of memory stay outside, unless they lie between
    operations of a group.
    ```mlir
    %0 = pith.conv %x, %w ...
    %1 = pith.map (%0 ...) ...
    // becomes
    %1 = pith.group (%x, %w) { conv, map } -> (...)
    ```
  }];
  let options = [Option<"fusion", "fusion", "bool", "true", "fuse; otherwise one operation a group">];
  let dependentDialects = ["::pith::PithDialect"];
  let statistics = [Statistic<"numGroups", "groups", "groups formed">,
                    Statistic<"numFused", "fused", "operations fused into another's group">];
}

def SelectKernels : Pass<"pith-select-kernels", "::mlir::ModuleOp"> {
  let summary = "choose a row of the target's kernel table for every group";
  let description = [{
    The cheapest row that matches wins; the reasons of all others are kept. A
    group that no row takes is split into its operations, last to first; an
    operation that no row takes is an error.
    ```mlir
    pith.group (...) kernel <"generic.conv", cost = 1024, rejected = ["generic.map: anchor is pith.conv"]>
    ```
  }];
}

def ProvePairSums : Pass<"pith-prove-pair-sums", "::mlir::ModuleOp"> {
  let summary = "prove which sums of 8-bit products fit 16 bits";
  let description = [{
    Hardware that adds two products of 8-bit codes in 16 bits saturates there.
    From constant weights and what codes the activations can have this pass
    proves, for panels of `channels` output channels, which windows of four
    activations fit, and in which order two to four of them fit together; what
    is left goes to the wide form (docs/saturation-proof.md).
    ```mlir
    %0 = pith.matmul %x, %w ...
    // becomes
    %0 = pith.matmul %x, %w ... {pith.pair_sums = {channels = 4, standing = array<i64: 16, 15, 10, 0>,
                                                   blocks = array<i64: 1, 4, 6, 4>, wide = 1}}
    ```
    Numbers are windows of all panels: `standing` all of them, and those that
    fit alone, two and four together, in the order of memory; `blocks` those in
    blocks of one, two, three and four in the order that was found; `wide` those
    left to the wide form. Activations are taken to have all codes of a byte.
    Products whose weights are not constant, or do not fit 8 bits less their
    zero point, are left alone.
  }];
  let options = [
    Option<"channels", "channels", "int64_t", "4", "output channels that share the order of K">,
    Option<"planar", "planar", "bool", "true",
           "a window is four channels of one pixel; otherwise any four neighbours of a row">,
    Option<"assumeSafe", "assume-safe", "bool", "false",
           "take every sum to fit: wrong results, for tests of what the proof is for">];
}

def OutlineGroups : Pass<"pith-outline-groups", "::mlir::ModuleOp"> {
  let summary = "make each distinct group a kernel function, and each group a call";
  let description = [{
    Groups that differ in nothing but their operands share one function. The
    function takes memory references, its body computes on values.
    ```mlir
    %r = pith.call @k0_conv1 ins(%x, %w : ...) outs(%e : ...) -> tensor<...>
    func.func private @k0_conv1(%x: memref<...>, ..., %begin: index, %end: index, %scratch: memref<?xi8>)
    ```
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::tensor::TensorDialect"];
}

def ReturnByReference : Pass<"pith-return-by-reference", "::mlir::ModuleOp"> {
  let summary = "the model's inputs and results become memory of the caller";
  let description = [{
    ```mlir
    func.func @main(%x: memref<4xf32>, %y: memref<4xf32>) attributes {pith.results = 1 : i64} {
      %0 = bufferization.to_tensor %x restrict
      ...
      bufferization.materialize_in_destination %1 in restrict writable %y
    ```
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect", "::mlir::memref::MemRefDialect"];
}

def Bufferize : Pass<"pith-bufferize", "::mlir::ModuleOp"> {
  let summary = "one-shot bufferization of the model's function";
  let description = [{
    Values that a loop carries are first given the place of the loop's argument,
    since an allocation for each iteration has no static place. Kernels keep
    their value-semantics bodies.
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect", "::mlir::memref::MemRefDialect"];
}

def SpecializeKernels : Pass<"pith-specialize-kernels", "::mlir::ModuleOp"> {
  let summary = "give kernels the strides of the memory that they are called with";
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def PlaceWeights : Pass<"pith-place-weights", "::mlir::ModuleOp"> {
  let summary = "give every constant its place in the weights";
  let description = [{
    In order of first use, aligned to 64 bytes; equal constants share a place.
    Sets `pith.weights`, the size of all.
  }];
}

def PlanMemory : Pass<"pith-plan-memory", "::mlir::ModuleOp"> {
  let summary = "give every allocation its place in the arena";
  let description = [{
    Live ranges over the sets of values that share memory, loops included. A
    kernel's output may take the place of an input that dies there, where every
    element is read before it is written. Sets `pith.offset` on allocations,
    and `pith.arena` and `pith.arena_lower_bound` on the module.
  }];
}

def DescribeKernels : Pass<"pith-describe-kernels", "::mlir::ModuleOp"> {
  let summary = "write down what kernels compute, for reports";
  let description = [{
    Lowering replaces a kernel's operators, and the manifest is written behind
    it. Sets `pith.description` on each kernel: operator and precision (`u8s8`
    for what has two sides) of the operator that the kernel is for, the weakest
    `pith.exactness` of its operators and its row, the forms that were proved.
    A kernel that does nothing but quantize, dequantize and move says so in
    `surviving`, with the `pith.reason` of each.
    ```mlir
    func.func private @k0_conv1(...) attributes {pith.description = {exactness = "rounding",
      forms = [], op = "conv", operators = ["conv", "requantize"], precision = "u8s8"}, ...}
    ```
  }];
}

def VerifySchedule : Pass<"pith-verify-schedule", "::mlir::ModuleOp"> {
  let summary = "check what the stage lower relies on";
  let description = [{
    - schedule_s1: the model's function computes in kernel calls only.
    - schedule_s2: every allocation has a place inside the arena, every constant one in the weights.
    - schedule_s3: every kernel has a row, a number of items and no tensor arguments.
    - schedule_s4: no sparse encoding and no quantized type is left.
  }];
}
#endif
