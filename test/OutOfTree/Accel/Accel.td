// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The instructions of the coprocessor, on memory references: what stands in a
// kernel between tiling and encoding.
#ifndef ACCEL_TD
#define ACCEL_TD
include "mlir/IR/OpBase.td"

def Accel_Dialect : Dialect {
  let name = "accel";
  let cppNamespace = "::accel";
  let summary = "the commands of a simulated coprocessor";
}

class Accel_Op<string mnemonic> : Op<Accel_Dialect, mnemonic> {
  let hasVerifier = 1;
}

defvar Host = MemRefOf<[I8, I32]>;
defvar Tile = MemRefRankOf<[I8, I32], [1]>;

def Accel_FillOp : Accel_Op<"fill"> {
  let summary = "set every byte of a tile";
  let description = [{
    - fill_c1: the tile lies in memory space 1.

    ```mlir
    accel.fill 0 to %sums : memref<64xi32, 1>
    ```
  }];
  let arguments = (ins I64Attr:$value, Tile:$tile);
  let assemblyFormat = "$value `to` $tile attr-dict `:` type($tile)";
}

def Accel_LoadOp : Accel_Op<"load"> {
  let summary = "copy a box of a tensor in the host's memory to a tile";
  let description = [{
    The tensor has `extents` elements along each dimension, `strides` elements
    apart. Element `i..` of the box is that at `at + i * steps`, or `fill` where
    that lies outside of the tensor: so padding and tails need no code. The box
    becomes contiguous, row-major, from the tile's beginning on.

    - load_c1: one to five dimensions, as many in all lists.
    - load_c2: the tensor lies inside `source`, whose element type is the tile's.
    - load_c3: the box lies inside the tile, which lies in memory space 1.

    ```mlir
    accel.load %x[%n, %y, %x0, %c0] extents [1, 8, 8, 4] strides [256, 32, 4, 1] box [1, 3, 10, 4]
      steps [1, 1, 1, 1] fill 128 to %tile : memref<1x8x8x4xi8>, memref<128xi8, 1>
    ```
  }];
  let arguments = (ins Host:$source, Variadic<Index>:$at, DenseI64ArrayAttr:$extents,
    DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$box, DenseI64ArrayAttr:$steps, I64Attr:$fill,
    Tile:$tile);
  let assemblyFormat = [{
    $source `[` $at `]` `extents` $extents `strides` $strides `box` $box `steps` $steps
    `fill` $fill `to` $tile attr-dict `:` type($source) `,` type($tile)
  }];
}

def Accel_StoreOp : Accel_Op<"store"> {
  let summary = "copy a tile to a box of a tensor in the host's memory";
  let description = [{
    The reverse of `accel.load`; elements outside of the tensor are dropped.

    - store_c1: one to five dimensions, as many in all lists.
    - store_c2: the tensor lies inside `target`, whose element type is the tile's.
    - store_c3: the box lies inside the tile, which lies in memory space 1.

    ```mlir
    accel.store %sums to %y[%m, %n] extents [10, 12] strides [12, 1] box [8, 8]
      : memref<64xi32, 1>, memref<10x12xi32>
    ```
  }];
  let arguments = (ins Tile:$tile, Host:$target, Variadic<Index>:$at, DenseI64ArrayAttr:$extents,
    DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$box);
  let assemblyFormat = [{
    $tile `to` $target `[` $at `]` `extents` $extents `strides` $strides `box` $box
    attr-dict `:` type($tile) `,` type($target)
  }];
}

def Accel_MultiplyOp : Accel_Op<"multiply"> {
  let summary = "8 x 8 sums of 16 products each";
  let description = [{
    `sums[8 * i + j] += sum over k < 16 of
     (lhs[lhs_at + i * lhs_stride + k] - lhs_zero_point) *
     (rhs[rhs_at + j * rhs_stride + k] - rhs_zero_point)`, wrapping; `lhs_signed`
    and `rhs_signed` say how bytes count.

    - multiply_c1: `sums` has 64 i32; all tiles lie in memory space 1.
    - multiply_c2: a zero point is a value of its side.

    ```mlir
    accel.multiply %a[%i] stride 36, %b[%k] stride 48 zero_points [128, 0] into %sums {rhs_signed}
      : memref<400xi8, 1>, memref<384xi8, 1>, memref<64xi32, 1>
    ```
  }];
  let arguments = (ins Tile:$lhs, Index:$lhs_at, I64Attr:$lhs_stride, Tile:$rhs, Index:$rhs_at,
    I64Attr:$rhs_stride, DenseI64ArrayAttr:$zero_points, Tile:$sums, UnitAttr:$lhs_signed,
    UnitAttr:$rhs_signed);
  let assemblyFormat = [{
    $lhs `[` $lhs_at `]` `stride` $lhs_stride `,` $rhs `[` $rhs_at `]` `stride` $rhs_stride
    `zero_points` $zero_points `into` $sums attr-dict `:` type($lhs) `,` type($rhs) `,` type($sums)
  }];
}
#endif
