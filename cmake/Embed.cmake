# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Writes the bytes of a file as the elements of a C array: cmake -DIN= -DOUT= -P
file(READ ${IN} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUT} "${bytes}\n")
