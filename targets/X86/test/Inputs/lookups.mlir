// Rows of 77 codes: whole vectors, and parts of them.
module attributes {pith.model = "k", pith.stage = "sparsify"} {
  func.func @main(%x: tensor<37x77xi8> {pith.io = #pith.io<"x", ui8>}, %t: tensor<256xi8> {pith.io = #pith.io<"t", i8>}) -> (tensor<37x77xi8> {pith.io = #pith.io<"y", i8>}) {
    %r = pith.lookup %x, %t : tensor<37x77xi8>, tensor<256xi8> -> tensor<37x77xi8> loc("lookup")
    return %r : tensor<37x77xi8>
  }
}
