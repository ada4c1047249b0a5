// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stage schedule, in the order of its pipeline.
#ifndef PITH_SCHEDULE_PASSES_TD
#define PITH_SCHEDULE_PASSES_TD
include "mlir/Pass/PassBase.td"

def SplitVariants : Pass<"pith-split-variants", "::mlir::ModuleOp"> {
  let summary = "make a module for each of several targets";
  let description = [{
    From here on each variant of the program is compiled by itself, in a module
    of its own, with a copy of `pith.options`, by the passes that compile a program
    for one target. A module that has one is left alone.
    ```mlir
    module attributes {pith.targets = [#pith.target<"t", ..., cpu = "new", ...>, #pith.target<"t", ..., cpu = "old", ...>]} {
      func.func @main() ...
    // becomes
    module attributes {pith.targets = [...]} {
      module @new attributes {pith.target = #pith.target<"t", ..., cpu = "new", ...>} { func.func @main() ... }
      module @old attributes {pith.target = #pith.target<"t", ..., cpu = "old", ...>} { func.func @main() ... }
    ```
  }];
}

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

def SplitWindows : Pass<"pith-split-windows", "::mlir::ModuleOp"> {
  let summary = "take the maximum over large windows one dimension after the other";
  let description = [{
    A maximum does not depend on the order of its operands, and every tap inside
    the image takes part in both forms, so that the bits are the same. The split
    stands where it leaves at most half of the taps.
    ```mlir
    %r = pith.pool max %x window [5, 5] strides [1, 1] pad [2, 2] to [2, 2] dilations [1, 1]
    // becomes
    %0 = pith.pool max %x window [5, 1] strides [1, 1] pad [2, 0] to [2, 0] dilations [1, 1]
    %r = pith.pool max %0 window [1, 5] strides [1, 1] pad [0, 2] to [0, 2] dilations [1, 1]
    ```
    Of pools of one image, as pyramids have them, each takes the result of the largest
    one whose windows, moved by one element, make up its own.
    ```mlir
    %r = pith.pool max %x window [5, 5] strides [1, 1] pad [2, 2] to [2, 2] dilations [1, 1]
    %s = pith.pool max %x window [9, 9] strides [1, 1] pad [4, 4] to [4, 4] dilations [1, 1]
    // becomes
    %r = pith.pool max %x window [5, 5] strides [1, 1] pad [2, 2] to [2, 2] dilations [1, 1]
    %s = pith.pool max %r window [5, 5] strides [1, 1] pad [2, 2] to [2, 2] dilations [1, 1]
    ```
  }];
  let statistics = [Statistic<"numSplit", "split", "pools with large windows">,
                    Statistic<"numChained", "chained", "pools of the results of pools">];
}

def SinkViews : Pass<"pith-sink-views", "::mlir::ModuleOp"> {
  let summary = "move views from between a product and element-wise work";
  let description = [{
    Products are of two dimensions where their files have three; what splits their
    rows again would keep the work behind it out of their group. Operands of the
    whole shape are seen in the product's; all these are views of memory.
    ```mlir
    %0 = pith.matmul %x, %w : tensor<128x64xf32>, tensor<64x96xf32> -> tensor<128x96xf32>
    %1 = tensor.expand_shape %0 [[0, 1], [2]] ... into tensor<2x64x96xf32>
    %2 = pith.map (%1, %r : tensor<2x64x96xf32>, tensor<2x64x96xf32>) ...
    // becomes
    %0 = pith.matmul %x, %w : tensor<128x64xf32>, tensor<64x96xf32> -> tensor<128x96xf32>
    %1 = tensor.collapse_shape %r [[0, 1], [2]] : tensor<2x64x96xf32> into tensor<128x96xf32>
    %2 = pith.map (%0, %1 : tensor<128x96xf32>, tensor<128x96xf32>) ...
    %3 = tensor.expand_shape %2 [[0, 1], [2]] ... into tensor<2x64x96xf32>
    ```
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect"];
}

def FormGroups : Pass<"pith-form-groups", "::mlir::ModuleOp"> {
  let summary = "put every computing operation into a group";
  let description = [{
    Walks each block in order. An element-wise operation joins the group of a
    producer that only this group uses (`x * sigmoid(x)` uses x twice), where the
    rows of the target's table fuse element-wise work behind their anchor; an anchor
    takes in what its rows fuse in front. Constants that are stored in fewer bytes
    than they have (packed codes, weights behind a dequantization) are decoded in
    the group that reads them, in each where there are several, if its rows fuse
    that. A group has at most 64 operators. Slices and reshapes that are views of
    memory stay outside, unless they lie between operations of a group.
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

def MergeSiblings : Pass<"pith-merge-siblings", "::mlir::ModuleOp"> {
  let summary = "make one convolution of several whose results are concatenated";
  let description = [{
    Heads of detectors have convolutions of one image with a few channels each, less
    than a vector has lanes. Where such stand side by side in a concatenation along
    the channels, and nothing else reads them, they become one convolution by all of
    their filters, if a kernel for it costs no more than the dearest of theirs. Each
    channel is the same sum as before. The element-wise work behind each of them is
    done on all channels, and each channel takes the result of its own.
    ```mlir
    %0 = pith.group (%x, %v) { pith.conv } -> tensor<1x8x8x4xf32>
    %1 = pith.group (%x, %w) { pith.conv, pith.map f } -> tensor<1x8x8x1xf32>
    %r = pith.group (%0, %1, %z) { tensor.concat dim(3) } -> tensor<1x8x8x9xf32>
    // becomes
    %o = pith.constant dense<[0, 0, 0, 0, 1]> : tensor<5xi32>
    %0 = pith.group (%x, %vw, %o) { pith.conv, pith.map f, pith.map select } -> tensor<1x8x8x5xf32>
    %r = pith.group (%0, %z) { tensor.concat dim(3) } -> tensor<1x8x8x9xf32>
    ```
    Convolutions of codes stay: theirs mean different numbers.
  }];
  let dependentDialects = ["::pith::PithDialect", "::mlir::arith::ArithDialect"];
  let statistics = [Statistic<"numMerged", "merged", "convolutions that became a part of another">];
}

def SelectKernels : Pass<"pith-select-kernels", "::mlir::ModuleOp"> {
  let summary = "choose a row of the target's kernel table for every group";
  let description = [{
    A row matches by its anchors, the numbers of both sides and of the sum,
    features, what it fuses, its exactness, and what it and its skeleton refuse.
    The cheapest in cycles wins, of equals the first; the reasons of all others
    for the anchor are kept, and the cost of the next best. A device's rows stand beside those of its host.

    A group falls apart where its parts cost less together, or where no row takes
    it. Ways to split are tried in this order, and of equal ones the first wins:
    1. as it is;
    2. without its last operation behind the anchor, without its last two, ...:
       what is taken off are groups of their own;
    3. the same, with everything in front of the anchor taken off too;
    4. where none of these has rows for all parts: each operation on its own, and
       an operation that no row takes is an error.

    With `row = "fast.conv"` in `pith.options`, or `"fast.conv:7x4"` for one of its
    tiles, that row alone runs the anchors that it is for; what it refuses of them
    is an error.
    ```mlir
    pith.group (...) kernel <"fast.conv", cost = 1024, tile = [7, 4], rejected = ["generic.conv: costs more than fast.conv"], next = "generic.conv", next_cost = 4096>
    ```
    Rows that `without` names lose. Run again, in front of pith-fold-zero-points,
    the pass so shows what they are worth.
  }];
  let options = [ListOption<"without", "without", "std::string", "names of rows that are left out">];
  let statistics = [Statistic<"numSplit", "split", "groups that fell apart">];
}

def ApplyTuning : Pass<"pith-apply-tuning", "::mlir::ModuleOp"> {
  let summary = "replay measured decisions between rows and tiles";
  let description = [{
    `pith.tuning` of the module is what a tuning file says (lib/Schedule/Tuning.h). A
    group that it has an entry for gets the row and the tile of that entry; the cost
    stays the estimate that it was chosen over, so that nothing else is decided
    differently. Reported as warnings: that it says nothing of the module's CPU,
    entries for groups that the module lacks, and entries whose row cannot run the
    group, which keeps its own then.
    ```mlir
    pith.group (...) kernel <"fast.conv", cost = 1024, tile = [7, 4], rejected = ["other.conv: costs more than fast.conv"], next = "other.conv", next_cost = 1100>
    // becomes, with an entry {row = "other.conv", measured = [...], ...}
    pith.group (...) kernel <"other.conv", cost = 1024, rejected = ["fast.conv: measured, takes 1.20 times as long as other.conv"], next = "fast.conv", next_cost = 1229>
    ```
    With `pith.close` on the module, a number, the pass lists for each group what costs
    up to so many times as much as the cheapest, as `pith.ways` on its anchor.
  }];
  let statistics = [Statistic<"numTuned", "tuned", "groups with a measured row and tile">];
}

def RequirePrecisions : Pass<"pith-require-precisions", "::mlir::ModuleOp"> {
  let summary = "check that products have instructions for the precisions that were asked for";
  let description = [{
    Of the precisions in `pith.options` (`require = "int8,sparse"`), a product has
    those of its numbers, and `sparse` where its weights have zeros worth using. One
    whose row has no instruction for them is an error with the alternatives; with
    `fallback = "on"` it is marked, for the report.
    ```mlir
    pith.matmul %x, %w {...} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    // becomes, where no row for bytes can run,
    pith.matmul %x, %w {pith.fallback = "int8", ...} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    ```
  }];
}

def BoundRequantize : Pass<"pith-bound-requantize", "::mlir::ModuleOp"> {
  let summary = "mark roundings of sums that cannot leave 32 bits";
  let description = [{
    A sum of 32 bits times a scale below 1 is a number of 32 bits. Kernels may
    then round to an integer at once; without the mark they bring the product
    into range first. Only constant scales are looked at.
    ```mlir
    %q = pith.requantize %s scale(%m : tensor<8xf32>) : tensor<4x8xi32> -> tensor<4x8xi8> // %m is [0.001, ...]
    // becomes
    %q = pith.requantize %s scale(%m : tensor<8xf32>) {pith.bounded} : tensor<4x8xi32> -> tensor<4x8xi8>
    ```
  }];
}

def FoldZeroPoints : Pass<"pith-fold-zero-points", "::mlir::ModuleOp"> {
  let summary = "bring codes to the numbers that each row's instruction reads";
  let description = [{
    The columns `lhs` and `rhs` of the chosen row say what its instruction reads.
    Sums wrap, so that the rewrites are exact:
    - zero points of constant weights are subtracted from them (#pith.centre);
    - codes on the left that count otherwise than the instruction's are flipped by
      `x ^ 0x80` in the kernel, which moves them by 128;
    - that and the left zero point z are in the bias: `bias - z * sum of the
      weights`, computed here, or by a group in front where z is known at run time
      only; a padded image gets its zero points by `pith.to_layout`;
    - a row of 16 bits reads `x - z` and `w - z`, from a group in front or from
      the constant;
    - a row of bytes whose right side comes at run time gets that flipped by a group
      in front where it counts otherwise; the sums that zero points and flips cost,
      along the rows of one side and the columns of the other, are made by groups in
      front and added behind the product. What only moves a side's elements is
      copied into these groups.
    ```mlir
    pith.conv %x, %w bias(%b) input_zero_point(%z) pad [1, 1] to [1, 1] {filter_signed, ...}
    // becomes, for an instruction of u8 x s8
    %p = pith.group(%x, %z) { pith.to_layout %x value(%z) layout <pad [0, 1, 1, 0] to [0, 1, 1, 0]> }
    pith.conv %p, %w bias(%c) pad [0, 0] to [0, 0] {filter_signed, ...}
    ```
  }];
  let dependentDialects = ["::pith::PithDialect"];
}

def AssignLayouts : Pass<"pith-assign-layouts", "::mlir::ModuleOp"> {
  let summary = "write down the layouts of operands and results";
  let description = [{
    Asks the skeleton of each group's row. Constants of several elements inside of
    the body become operands, so that they can lie in memory. `pith.layouts` has an entry for each
    operand, a layout or unit: as it is. `pith.items` is the number of work items
    where the skeleton shares them out itself. `pith.result_layout` is the layout
    of a result that the row's skeleton can store so, and all of whose readers ask
    for it.
    ```mlir
    %r = pith.group (%x, %w) kernel <...> {pith.items = 4 : i64, pith.layouts = [unit, #pith.layout<...>]}
    ```
  }];
  let dependentDialects = ["::pith::PithDialect"];
}

def ApplyLayouts : Pass<"pith-apply-layouts", "::mlir::ModuleOp"> {
  let summary = "store operands and results in the layouts that were assigned to them";
  let description = [{
    Constants get one more step. Others are converted by a group in front, one for
    all that want the same; what such a group has padded already is padded
    more, at once. What is only moved, or computed for this reader alone, is
    packed where it is made, by a copy of that group. Inside the operand is read by `pith.from_layout`; a convolution
    whose operand is only padded takes its own padding from there. A result is
    brought to its layout inside of its group; what lies in the layout that a
    reader asks for is read as it lies.
    ```mlir
    pith.group (%x) kernel <...> {pith.layouts = [#pith.layout<pad [0, 1, 1, 0] to [0, 1, 1, 0]>]} {
    ^bb0(%a: tensor<1x8x8x4xf32>):
      pith.conv %a, ... pad [1, 1] to [1, 1]
    // becomes
    %p = pith.group (%x) kernel <...> { pith.to_layout ... }
    pith.group (%p) kernel <...> {
    ^bb0(%a: tensor<1x10x10x4xf32>):
      pith.conv %a, ... pad [0, 0] to [0, 0]
    ```
  }];
  let dependentDialects = ["::pith::PithDialect"];
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

    With `lists`, groups whose row is exact if this is proved get their weights in
    the order that was found, as the tile of their kernel wants them; the counts
    then leave out windows without weights:
    ```mlir
    %w = pith.from_pair_sums %weights at %places counts %counts pitch 64 : ... -> tensor<8x1x1x32xi8>
    %0 = pith.conv %x, %w ... {pith.pair_sums = {blocks = array<i64: 1, 4, 6, 20>, channels = 2, wide = 1}}
    ```
  }];
  let options = [
    Option<"lists", "lists", "bool", "false", "store the weights of groups that need the proof as lists">,
    Option<"channels", "channels", "int64_t", "4", "output channels that share the order of K">,
    Option<"planar", "planar", "bool", "true",
           "a window is four channels of one pixel; otherwise any four neighbours of a row">,
    Option<"assumeSafe", "assume-safe", "bool", "false",
           "take every sum to fit: wrong results, for tests of what the proof is for">];
}

def ListWeights : Pass<"pith-list-weights", "::mlir::ModuleOp"> {
  let summary = "list the weights that are not zero, where the row reads lists";
  let description = [{
    For groups whose row has the skeleton `sparse`: the constant weights become
    a constant of lists, as `pith.from_lists` defines them; the group reads its
    weights through that operator, so that its meaning stays. The stride is that
    of the skeleton's working memory.
    ```mlir
    %r = pith.group (%x, %w) kernel <"cpu.sparse.1x4", ...> { conv(%x, %w) }
    // becomes
    %l = pith.constant #pith.constant<lists_0123 : tensor<3510xi32>> : tensor<3510xi32>
    %r = pith.group (%x, %l) kernel <"cpu.sparse.1x4", ...> {
      %w = pith.from_lists %l block_1x4 stride 64 {transposed} : tensor<3510xi32> -> tensor<128x1x1x512xi8, #block>
      conv(%x, %w)
    }
    ```
  }];
  let dependentDialects = ["::pith::PithDialect"];
  let statistics = [Statistic<"numListed", "listed", "products whose weights were listed">];
}

def DropEncodings : Pass<"pith-drop-encodings", "::mlir::ModuleOp"> {
  let summary = "take sparse encodings out of types";
  let description = [{
    A kernel that makes use of zeros has its weights packed by then, and any
    other reads them all. Values stay what they are: what a zero means is in the
    operators (`absent_zeros`).
    ```mlir
    %w = pith.constant dense<0> : tensor<128x512xi8, #block>
    // becomes
    %w = pith.constant dense<0> : tensor<128x512xi8>
    ```
  }];
}

def StoreInPlace : Pass<"pith-store-in-place", "::mlir::ModuleOp"> {
  let summary = "results go where padding or a concatenation would copy them";
  let description = [{
    A group that does nothing but pad what another group alone computes is gone
    where that one's skeleton can write to a part of a tensor (`storesParts`): a
    `pith.frame` fills the padding, and the result is inserted into it. So does a
    group that does nothing but concatenate. Bufferization then gives the kernel
    the place inside of the larger tensor. Where other kernels read the result too,
    they find it there, if they can read a part of a tensor (`readsParts`), or one with
    padding (`readsPadded`). A result
    that is concatenated with fewer dimensions than it has goes to its place in the
    larger tensor seen with as many. Concatenations of concatenations are done away
    with at once, where nothing else reads their parts.
    ```mlir
    %r = pith.group (%x) ...
    %p = pith.group (%r) { pith.to_layout ... layout <pad [0, 1, 1, 0] to [0, 1, 1, 0]> }
    // becomes
    %f = pith.group () { pith.frame layout <pad [0, 1, 1, 0] to [0, 1, 1, 0]> }
    %r = pith.group (%x) ...
    %p = tensor.insert_slice %r into %f[0, 1, 1, 0] ...
    ```
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect"];
  let statistics = [Statistic<"numFrames", "frames", "copies to padded tensors that are gone">,
                    Statistic<"numParts", "parts", "concatenations that are gone">];
}

def JoinGroups : Pass<"pith-join-groups", "::mlir::ModuleOp"> {
  let summary = "one kernel computes two products and what lies between, block by block";
  let description = [{
    Attention computes scores of rows (a product), their softmax, and of that another
    product. Where nothing else reads what lies between, one kernel runs the groups for a
    few rows of one matrix at a time, one group behind the other; what lies between
    is then as large as a block, in the kernel's scratch memory, and close to the
    core. The groups keep the rows that were selected for them: each becomes a kernel
    of a block.
    ```mlir
    %s = pith.group (%q, %k) { pith.matmul ... } // 12 x 128 x 128
    %p = pith.group (%s) { pith.softmax ... }
    %r = pith.group (%p, %v) { pith.matmul ... }
    // becomes
    %r = pith.call @j0 ins(%q, %k, %v : ...) outs(%e : ...)
    func.func private @j0(%q: memref<12x128x32xf32>, ..., %begin: index, %end: index, %scratch: memref<?xi8>) {
      scf.for %item = %begin to %end step %c1 {
        %rows = memref.subview %q[%matrix, %row, 0] [1, 64, 32] [1, 1, 1]
        %scores = memref.view %scratch[%c0][] : memref<?xi8> to memref<1x64x128xf32>
        pith.call @j0_0 ins(%rows, ...) outs(%scores : ...)
        ...
    ```
    It is done where the skeletons of all rows run parts at no more than their share
    of the cost (`runsParts`), where a block's parts of all tensors are one piece of
    memory each, where no block computes what another one does, where what a block
    reads stays in a second cache, and where memory is saved. A block has the most
    rows whose values between stay near and that leave 32 blocks for threads to share,
    but at least 16 where there are as many.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::tensor::TensorDialect"];
  let statistics = [Statistic<"numJoined", "joined", "groups that are parts of a joined kernel">];
}

def JoinRows : Pass<"pith-join-rows", "::mlir::ModuleOp"> {
  let summary = "one kernel computes several groups on images, a few rows at a time";
  let description = [{
    A convolution reads a window of rows. Where each group reads what the one before it
    makes, and nothing else does, one kernel runs them for a few rows of the last
    one's result at a time. What lies between is then as large as a block, in the
    kernel's scratch memory, instead of an image in the arena. Rows that the windows
    of two blocks share are computed by both. The groups keep the rows of the table
    that were selected for them.
    ```mlir
    %e = pith.group (%x, ...) { pith.conv ... 1x1 } // 1 x 56 x 56 x 144
    %p = tensor.insert_slice %e into %frame[0, 1, 1, 0] ... // 1 x 58 x 58 x 144
    %d = pith.group (%p, ...) { pith.conv ... 3x3 }
    %r = pith.group (%d, %x, ...) { pith.conv ... 1x1, pith.map ... }
    // becomes
    %r = pith.call @r0 ins(%x, ... : ...) outs(%e : ...)
    func.func private @r0(%x: memref<1x56x56x24xi8>, ..., %begin: index, %end: index, %scratch: memref<?xi8>) {
      %rows = memref.view %scratch[%c0][] : memref<?xi8> to memref<1x12x58x144xi8>
      pith.call @r0_0_frame ins() outs(%rows : ...) // rows and columns around the image
      scf.for %item = %begin to %end step %c1 {
        %made = memref.subview %rows[0, 1, 1, 0] [1, 10, 56, 144] [1, 1, 1, 1]
        pith.call @r0_0 ins(%few, ...) outs(%made : ...)
        %read = memref.subview %rows[0, %row, 0, 0] [1, 10, 58, 144] [1, 1, 1, 1]
        pith.call @r0_1 ins(%read, ...) outs(%after : ...)
        ...
    ```
    At the ends of the image a block computes as many rows as elsewhere, and reads
    others of the frame: one kernel for each group is enough.

    It is done where the skeletons of all rows run parts at no more than their share
    of the cost (`runsParts`), images that are read or made are one piece of memory
    each, and at most a quarter of the cycles are spent on what another block computes
    too. Of all ways to do that the pass takes one with the least sum of arena and
    scratch memory, as far as the tensors between groups tell, and among these the one
    with the least cycles: chains elsewhere stay groups.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::tensor::TensorDialect"];
  let statistics = [Statistic<"numJoined", "joined", "groups that are parts of a joined kernel">];
}

def OutlineGroups : Pass<"pith-outline-groups", "::mlir::ModuleOp"> {
  let summary = "make each distinct group a kernel function, and each group a call";
  let description = [{
    Groups that differ in nothing but their operands share one function; what is
    known of the zeros in weights (`pith.sparsity`) goes to the call. The
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
    since an allocation for each iteration has no static place. Where at least
    `many` kernels do nothing but read a value, each gets a tensor of its own on
    the value's memory: the time of the analysis is the square of their number
    otherwise. Kernels keep their value-semantics bodies.
  }];
  let options = [Option<"many", "many", "unsigned", "64", "readers that are told apart">];
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

def TileKernels : Pass<"pith-tile-kernels", "::mlir::ModuleOp"> {
  let summary = "run the target's own passes on the outlined kernels";
  let description = [{
    `Target::buildTiling`: a device makes loops of its kernels and allocates tiles
    in its memory spaces, which the plan that follows gives places.
    ```mlir
    %0 = bufferization.to_tensor %x restrict : memref<64x64xi8> to tensor<64x64xi8>
    // may become, for a target with a memory space 1,
    %tile = memref.alloc() : memref<512xi8, 1>
    ```
  }];
}

def PlanMemory : Pass<"pith-plan-memory", "::mlir::ModuleOp"> {
  let summary = "give every allocation its place in the arena";
  let description = [{
    Live ranges over the sets of values that share memory, loops included. A
    kernel's output may take the place of an input that dies there, where every
    element is read before it is written. Sets `pith.offset` on allocations,
    and `pith.arena` and `pith.arena_lower_bound` on the module.

    What kernels of a device allocate gets its place in the memory space of its
    type, for each kernel alone; `pith.memory_spaces` tells how much is used. A
    kernel that needs more than there is is an error.
    ```mlir
    %tile = memref.alloc() : memref<512xi8, 1>
    // becomes
    %tile = memref.alloc() {pith.offset = 256 : i64} : memref<512xi8, 1>
    ```
  }];
}

def DescribeKernels : Pass<"pith-describe-kernels", "::mlir::ModuleOp"> {
  let summary = "write down what kernels compute, for reports";
  let description = [{
    Lowering replaces a kernel's operators, and the manifest is written behind
    it. Sets `pith.description` on each kernel: operator and precision (`u8s8`
    for what has two sides) of the operator that the kernel is for, the weakest
    `pith.exactness` of its operators and its row, the forms that were proved, of
    sums in 16 bits with the shares of their blocks.
    For profiles: the multiplications that its products need, and the bytes that
    it reads and writes. A kernel that does nothing but quantize, dequantize and
    move says so in `surviving`, with the `pith.reason` of each.
    ```mlir
    func.func private @k0_conv1(...) attributes {pith.description = {bytes = 1264,
      exactness = "rounding", forms = [], op = "conv", operators = ["conv", "requantize"],
      precision = "u8s8", products = 18432}, ...}
    ```
  }];
}

def ShareWeights : Pass<"pith-share-weights", "::mlir::ModuleOp"> {
  let summary = "give the variants and shapes of a program one table of weights";
  let description = [{
    Replaces the places that pith-place-weights gave the constants of each
    module, at any depth: constants of different modules that are equal share
    one. What a variant or shape packs for its kernels alone has a place of its
    own. `pith.weights` of each becomes the size of the whole table.
    ```mlir
    module @new attributes {pith.weights = 128 : i64} {
      %0 = pith.constant dense<1.0> : tensor<3xf32> at 0 as memref<3xf32>
      %1 = pith.constant dense<2.0> : tensor<3xf32> at 64 as memref<3xf32>
    module @old attributes {pith.weights = 128 : i64} {
      %0 = pith.constant dense<2.0> : tensor<3xf32> at 64 as memref<3xf32>
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
    - schedule_s5: every allocation of a kernel has a place inside a memory space of the target.
  }];
}
#endif
