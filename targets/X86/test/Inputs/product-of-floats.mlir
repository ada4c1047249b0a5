// One tile of @ROWS rows, which instructions.test compiles for several CPUs.
module attributes {pith.arena = 0 : i64, pith.arena_lower_bound = 0 : i64, pith.model = "k", pith.model_hash = "0",
    pith.options = {fusion = "on", io = "float", qdq = "fold", weights = "embed"}, pith.stage = "schedule", pith.weights = 0 : i64,
    pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "@CPU", features = "@FEATURES">} {
  func.func @main(%x: memref<@ROWSx64x@TYPE> {pith.io = #pith.io<"x", @TYPE>}, %w: memref<1x@STEPSx@COLUMNSx@LANESx@PRODUCTSx@TYPE> {pith.io = #pith.io<"w", @TYPE>},
      %o: memref<@ROWSx@CHANNELSx@TYPE> {pith.io = #pith.io<"o", @TYPE>}) attributes {pith.results = 1 : i64} {
    pith.call @k0 ins(%x, %w : memref<@ROWSx64x@TYPE>, memref<1x@STEPSx@COLUMNSx@LANESx@PRODUCTSx@TYPE>) outs(%o : memref<@ROWSx@CHANNELSx@TYPE>)
    return
  }
  func.func private @k0(%x: memref<@ROWSx64x@TYPE>, %w: memref<1x@STEPSx@COLUMNSx@LANESx@PRODUCTSx@TYPE>, %o: memref<@ROWSx@CHANNELSx@TYPE>,
      %begin: index, %end: index, %scratch: memref<?xi8>)
      attributes {pith.description = {exactness = "exact", forms = [], op = "matmul", operators = ["matmul"], precision = "f32"},
        pith.items = 1 : i64, pith.kernel = #pith.kernel<"x86.@NAME", cost = 1, tile = [@ROWS, @COLUMNS]>} {
    %xt = bufferization.to_tensor %x restrict : memref<@ROWSx64x@TYPE> to tensor<@ROWSx64x@TYPE>
    %wt = bufferization.to_tensor %w restrict : memref<1x@STEPSx@COLUMNSx@LANESx@PRODUCTSx@TYPE> to tensor<1x@STEPSx@COLUMNSx@LANESx@PRODUCTSx@TYPE>
    %wl = pith.from_layout %wt layout <pad [0, 0] to [0, 0], shape [@STEPS, @PRODUCTS, 1, @COLUMNS, @LANES], order [2, 0, 3, 4, 1]>
          : tensor<1x@STEPSx@COLUMNSx@LANESx@PRODUCTSx@TYPE> -> tensor<64x@CHANNELSx@TYPE>
    %s = pith.matmul %xt, %wl : tensor<@ROWSx64x@TYPE>, tensor<64x@CHANNELSx@TYPE> -> tensor<@ROWSx@CHANNELSx@TYPE>
    bufferization.materialize_in_destination %s in restrict writable %o : (tensor<@ROWSx@CHANNELSx@TYPE>, memref<@ROWSx@CHANNELSx@TYPE>) -> ()
    return
  }
}
