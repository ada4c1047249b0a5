// 112 channels: whole vectors of every width.
module attributes {pith.model = "k", pith.stage = "sparsify"} {
  func.func @main(%x: tensor<1x16x16x112xi8> {pith.io = #pith.io<"x", ui8>}) -> (tensor<1x14x14x112xi8> {pith.io = #pith.io<"y", ui8>}) {
    %w = arith.constant dense<3> : tensor<112x3x3x1xi8>
    %b = arith.constant dense<7> : tensor<112xi32>
    %m = arith.constant dense<0.01> : tensor<112xf32>
    %z = arith.constant dense<5> : tensor<i8>
    %s = pith.conv %x, %w bias(%b : tensor<112xi32>) strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1]
         {filter_signed, accumulator = i32, groups = 112 : i64} : tensor<1x16x16x112xi8>, tensor<112x3x3x1xi8> -> tensor<1x14x14x112xi32> loc("depthwise")
    %q = pith.requantize %s scale(%m : tensor<112xf32>) zero_point(%z : tensor<i8>) : tensor<1x14x14x112xi32> -> tensor<1x14x14x112xi8> loc("depthwise")
    return %q : tensor<1x14x14x112xi8>
  }
}
