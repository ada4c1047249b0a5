// A network as its file has it: quantize, dequantize, Relu, quantize, dequantize.
module attributes {pith.stage = "quantize"} {
  func.func @main(%x: tensor<64xf32> {pith.io = #pith.io<"x", f32>}) -> (tensor<64xf32> {pith.io = #pith.io<"y", f32>}) {
    %s = arith.constant dense<1.000000e-01> : tensor<f32>
    %z1 = arith.constant dense<-128> : tensor<i8>
    %z2 = arith.constant dense<3> : tensor<i8>
    %0 = pith.quantize %x scale(%s : tensor<f32>) zero_point(%z1 : tensor<i8>) : tensor<64xf32> -> tensor<64xi8> loc("q1")
    %1 = pith.dequantize %0 scale(%s : tensor<f32>) zero_point(%z1 : tensor<i8>) : tensor<64xi8> -> tensor<64xf32> loc("dq1")
    %2 = pith.map (%1 : tensor<64xf32>) -> tensor<64xf32> {
    ^bb0(%a: f32):
      %c = arith.constant 0.0 : f32
      %r = arith.maximumf %a, %c : f32
      pith.yield %r : f32
    } loc("relu")
    %3 = pith.quantize %2 scale(%s : tensor<f32>) zero_point(%z2 : tensor<i8>) : tensor<64xf32> -> tensor<64xi8> loc("q2")
    %4 = pith.dequantize %3 scale(%s : tensor<f32>) zero_point(%z2 : tensor<i8>) : tensor<64xi8> -> tensor<64xf32> loc("dq2")
    return %4 : tensor<64xf32>
  }
}
