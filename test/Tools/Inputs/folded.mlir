// The same on codes: Relu keeps scale and zero point, q2 moves the zero point.
module attributes {pith.stage = "quantize"} {
  func.func @main(%x: tensor<64xf32> {pith.io = #pith.io<"x", f32>}) -> (tensor<64xf32> {pith.io = #pith.io<"y", f32>}) {
    %s = arith.constant dense<1.000000e-01> : tensor<f32>
    %z1 = arith.constant dense<-128> : tensor<i8>
    %z2 = arith.constant dense<3> : tensor<i8>
    %0 = pith.quantize %x scale(%s : tensor<f32>) zero_point(%z1 : tensor<i8>) : tensor<64xf32> -> tensor<64xi8> loc("q1")
    %2 = pith.map (%0 : tensor<64xi8>) {pith.codes = #pith.codes<1.000000e-01 : f32, 128, unsigned>} -> tensor<64xi8> {
    ^bb0(%a: i8):
      %c = arith.constant -128 : i8
      %r = arith.maxui %a, %c : i8
      pith.yield %r : i8
    } loc("relu")
    %3 = pith.map (%2 : tensor<64xi8>) {pith.codes = #pith.codes<1.000000e-01 : f32, 3, unsigned>} -> tensor<64xi8> {
    ^bb0(%a: i8):
      %c = arith.constant 125 : i8
      %r = arith.subi %a, %c : i8
      pith.yield %r : i8
    } loc("q2")
    %4 = pith.dequantize %3 scale(%s : tensor<f32>) zero_point(%z2 : tensor<i8>) : tensor<64xi8> -> tensor<64xf32> loc("dq2")
    return %4 : tensor<64xf32>
  }
}
