// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the stage lower of every CPU target shares.
#ifndef PITH_LIB_TARGET_PASSES_TD
#define PITH_LIB_TARGET_PASSES_TD
include "mlir/Pass/PassBase.td"

def LowerModel : Pass<"pith-lower-model", "::mlir::ModuleOp"> {
  let summary = "give the model's function and its kernels plain pointers";
  let description = [{
    Allocations become places in the arena, constants places in the weights,
    inputs and outputs elements of two arrays of pointers. A kernel takes the
    pointers of its operands; its call goes through a launcher, which calls it
    for all items, or hands it to the caller's threads where its cost is worth it.
    Where a kernel calls kernels, it runs all their items itself, with scratch memory
    behind its own.
    ```mlir
    func.func @main(%x: memref<4x8xf32> {pith.io = ...}, %y: memref<4x8xf32> {pith.io = ...})
        attributes {pith.results = 1 : i64} {
      %a = memref.alloc() {alignment = 64 : i64, pith.offset = 128 : i64} : memref<4x8xf32>
      pith.call @k0 ins(%x : memref<4x8xf32>) outs(%a : memref<4x8xf32>)
    // becomes
    func.func private @main(%inputs: !llvm.ptr, %outputs: !llvm.ptr, %arena: !llvm.ptr,
                            %weights: !llvm.ptr, %dispatch: !llvm.ptr,
                            %observer: !llvm.ptr) {
      %0 = llvm.getelementptr %inputs[0] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
      %x = llvm.load %0 : !llvm.ptr -> !llvm.ptr
      %a = llvm.getelementptr %arena[128] : (!llvm.ptr) -> !llvm.ptr, i8
      func.call @k0.launch(%x, %a, %scratch, %dispatch)
      func.call @observe(%observer, %c0, %a, %bytes)
    ```
    `%dispatch` is null or a `pith_parallel *`. Scratch memory lies behind the
    `pith.arena` bytes of the arena: `pith.scratch` bytes for each thread.
    `%observer` is null or points to a structure whose first field is a function
    `(observer, layer, data, bytes)`; it is called for every output of every call.

    A kernel with `pith.program` runs on a device: its body is dropped, its
    launcher is `(operands..., device)` and calls `pith_entry_launch(device,
    number, buffers, count)`, which the emitter defines. The programs go to
    `pith.programs` of the module ({name, bytes}, in order), and the model's
    function gets a seventh argument, `%device`.

    What the emitter must know stays on the module: `pith.inputs` and
    `pith.outputs` ({name, type, shape, bytes} for each, in order), `pith.layers`
    ({name, kernel, row, cost, exact, items} for each call; the arena offset and bytes of its
    first output where it lies in the arena), `pith.weight_table`
    ([offset, value] for each constant), `pith.batch`.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
                           "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

def SplitModel : Pass<"pith-split-model", "::mlir::ModuleOp"> {
  let summary = "cut the function of a large model into parts";
  let description = [{
    Behind `pith-lower-model`: where the model's function has more than `most`
    steps (calls, copies, loops), each `most` of them go to a function of their
    own with the same arguments. Addresses are computed anew in each. A function
    that keeps values of other kinds between its steps stays whole.
    ```mlir
    func.func private @main(%inputs: !llvm.ptr, ...) {
      func.call @k0.launch(%x, %a, %scratch, %dispatch)
      func.call @k1.launch(%a, %y, %scratch, %dispatch)
    // becomes, for most=1
    func.func private @main.part0(%inputs: !llvm.ptr, ...) {
      func.call @k0.launch(%x, %a, %scratch, %dispatch)
    func.func private @main.part1(%inputs: !llvm.ptr, ...) {
      func.call @k1.launch(%a, %y, %scratch, %dispatch)
    func.func private @main(%inputs: !llvm.ptr, ...) {
      func.call @main.part0(%inputs, ...)
      func.call @main.part1(%inputs, ...)
    ```
  }];
  let options = [Option<"most", "most", "uint64_t", "512", "steps of a function">];
  let dependentDialects = ["::mlir::func::FuncDialect"];
  let statistics = [Statistic<"numParts", "parts", "functions made">];
}

def ExpandDivisions : Pass<"pith-expand-divisions"> {
  let summary = "expand integer divisions that round down or up";
  let description = [{
    MLIR's own expansion pass also rewrites the IEEE maximum, and would lose the
    sign of zero.
    ```mlir
    %q = arith.floordivsi %a, %b : index   // becomes divsi, a comparison and a correction
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def RoundToInteger : Pass<"pith-round-to-integer"> {
  let summary = "round vectors and convert them in one step";
  let description = [{
    `llvm.intr.lrint` rounds as the processor is set to, which `model_run` sets to
    half to even; where the rounded number has no integer, neither form has a
    result. Scalars stay as they are written. The saturation of a quantization
    (roundeven, the zero point added, NaN replaced by it, maximum, minimum) takes
    place in front of the rounding: that keeps the order and leaves integers
    alone, so the code is the same, in six instructions.
    ```mlir
    %r = math.roundeven %x : vector<16xf32>
    %i = arith.fptosi %r : vector<16xf32> to vector<16xi32>
    // becomes
    %i = llvm.intr.lrint(%x) : (vector<16xf32>) -> vector<16xi32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect"];
}

def DivideByConstants : Pass<"pith-divide-by-constants", "::mlir::func::FuncOp"> {
  let summary = "divide vectors by constants with a product and a fused multiply-add";
  let description = [{
    The reciprocal of the constant as a sum of two numbers gives the same bits as the
    division, which is proved for each constant by trying the few mantissas that lie
    near the middle between two quotients. Quotients below 2^-100 may be wrong in the
    last place: this pass leaves alone what is not rounded to an integer, or held
    within bounds first. Divisors that are powers of two, or far from 1, stay, and so
    does scalar code, and all code for a machine without the instruction.
    ```mlir
    %q = arith.divf %x, %c : vector<16xf32> // dense<0.1>
    %i = llvm.intr.lrint(%q) : (vector<16xf32>) -> vector<16xi32>
    // becomes
    %r = arith.mulf %x, %low : vector<16xf32>
    %q = math.fma %x, %high, %r : vector<16xf32>
    %i = llvm.intr.lrint(%q) : (vector<16xf32>) -> vector<16xi32>
    ```
  }];
  let options = [Option<"hasFma", "has-fma", "bool", "false",
                        "as for a target that has the instruction">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
  let statistics = [Statistic<"numReplaced", "replaced", "divisions replaced">];
}

def CarryBfloat16 : Pass<"pith-carry-bfloat16", "::mlir::LLVM::LLVMFuncOp"> {
  let summary = "carry bf16 as the integers of its bits";
  let description = [{
    A processor without bf16 has nowhere to keep one: where a constant meets a loaded
    number, code generators round it from f32 by a call of a library. As integers
    they are only moved. What computes on bf16 is left, and gets its operands back.
    ```mlir
    %c = llvm.mlir.constant(1.5 : bf16) : bf16
    %x = llvm.load %p : !llvm.ptr -> bf16
    llvm.br ^next(%x : bf16)
    // becomes
    %c = llvm.mlir.constant(16320 : i16) : i16
    %x = llvm.load %p : !llvm.ptr -> i16
    llvm.br ^next(%x : i16)
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}
#endif
