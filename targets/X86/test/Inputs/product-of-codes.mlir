// One tile of @ROWS rows, which instructions.test compiles for several CPUs.
module attributes {pith.arena = 0 : i64, pith.arena_lower_bound = 0 : i64, pith.model = "k", pith.model_hash = "0",
    pith.options = {fusion = "on", io = "float", qdq = "fold", weights = "embed"}, pith.stage = "schedule", pith.weights = 0 : i64,
    pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "@CPU", features = "@FEATURES">} {
  func.func @main(%x: memref<@ROWSx64x@TYPE> {pith.io = #pith.io<"x", @TYPE>}, %w: memref<1x@STEPSx@COLUMNSx@BLOCKSx4x@PRODUCTSx@TYPE> {pith.io = #pith.io<"w", @TYPE>},
      %b: memref<1x@COLUMNSx@BLOCKSx4xi32> {pith.io = #pith.io<"b", i32>}, %m: memref<1x@COLUMNSx@BLOCKSx4xf32> {pith.io = #pith.io<"m", f32>},
      %z: memref<i8> {pith.io = #pith.io<"z", i8>}, %o: memref<@ROWSx@CHANNELSxi8> {pith.io = #pith.io<"o", i8>}) attributes {pith.results = 1 : i64} {
    pith.call @k0 ins(%x, %w, %b, %m, %z : memref<@ROWSx64x@TYPE>, memref<1x@STEPSx@COLUMNSx@BLOCKSx4x@PRODUCTSx@TYPE>, memref<1x@COLUMNSx@BLOCKSx4xi32>, memref<1x@COLUMNSx@BLOCKSx4xf32>, memref<i8>)
      outs(%o : memref<@ROWSx@CHANNELSxi8>)
    return
  }
  func.func private @k0(%x: memref<@ROWSx64x@TYPE>, %w: memref<1x@STEPSx@COLUMNSx@BLOCKSx4x@PRODUCTSx@TYPE>, %b: memref<1x@COLUMNSx@BLOCKSx4xi32>, %m: memref<1x@COLUMNSx@BLOCKSx4xf32>,
      %z: memref<i8>, %o: memref<@ROWSx@CHANNELSxi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
      attributes {pith.description = {exactness = "exact", forms = [], op = "matmul", operators = ["matmul", "requantize"], precision = "u8s8"},
        pith.items = 1 : i64, pith.kernel = #pith.kernel<"x86.@NAME", cost = 1, tile = [@ROWS, @COLUMNS]>} {
    %xt = bufferization.to_tensor %x restrict : memref<@ROWSx64x@TYPE> to tensor<@ROWSx64x@TYPE>
    %wt = bufferization.to_tensor %w restrict : memref<1x@STEPSx@COLUMNSx@BLOCKSx4x@PRODUCTSx@TYPE> to tensor<1x@STEPSx@COLUMNSx@BLOCKSx4x@PRODUCTSx@TYPE>
    %bt = bufferization.to_tensor %b restrict : memref<1x@COLUMNSx@BLOCKSx4xi32> to tensor<1x@COLUMNSx@BLOCKSx4xi32>
    %mt = bufferization.to_tensor %m restrict : memref<1x@COLUMNSx@BLOCKSx4xf32> to tensor<1x@COLUMNSx@BLOCKSx4xf32>
    %zt = bufferization.to_tensor %z restrict : memref<i8> to tensor<i8>
    %wl = pith.from_layout %wt layout <pad [0, 0] to [0, 0], shape [@STEPS, @PRODUCTS, 1, @BLOCKS, @COLUMNS, 4], order [2, 0, 4, 3, 5, 1]>
          : tensor<1x@STEPSx@COLUMNSx@BLOCKSx4x@PRODUCTSx@TYPE> -> tensor<64x@CHANNELSx@TYPE>
    %bl = pith.from_layout %bt layout <pad [0] to [0], shape [1, @BLOCKS, @COLUMNS, 4], order [0, 2, 1, 3]> : tensor<1x@COLUMNSx@BLOCKSx4xi32> -> tensor<@CHANNELSxi32>
    %ml = pith.from_layout %mt layout <pad [0] to [0], shape [1, @BLOCKS, @COLUMNS, 4], order [0, 2, 1, 3]> : tensor<1x@COLUMNSx@BLOCKSx4xf32> -> tensor<@CHANNELSxf32>
    %s = pith.matmul %xt, %wl bias(%bl : tensor<@CHANNELSxi32>) {@SIGNrhs_signed, accumulator = i32} : tensor<@ROWSx64x@TYPE>, tensor<64x@CHANNELSx@TYPE> -> tensor<@ROWSx@CHANNELSxi32>
    %q = pith.requantize %s scale(%ml : tensor<@CHANNELSxf32>) zero_point(%zt : tensor<i8>) {pith.bounded} : tensor<@ROWSx@CHANNELSxi32> -> tensor<@ROWSx@CHANNELSxi8>
    bufferization.materialize_in_destination %q in restrict writable %o : (tensor<@ROWSx@CHANNELSxi8>, memref<@ROWSx@CHANNELSxi8>) -> ()
    return
  }
}
