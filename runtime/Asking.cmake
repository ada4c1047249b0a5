# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Asking.inc: pith_features.c for the architecture whose programs can ask the CPU,
# as code that goes into models.
set(runtime ${PROJECT_SOURCE_DIR}/runtime)
add_custom_command(OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/Asking.bc
  DEPENDS ${runtime}/pith_features.c ${runtime}/pith_features.def ${runtime}/pith_types.h
  COMMAND ${LLVM_TOOLS_BINARY_DIR}/clang --target=x86_64-unknown-linux-gnu -nostdlibinc
    -ffreestanding -std=c11 -Wall -Wextra -Werror -O1 -fPIC -emit-llvm
    -c ${runtime}/pith_features.c -o ${CMAKE_CURRENT_BINARY_DIR}/Asking.bc)
pith_embed(PithEmitAsking ${CMAKE_CURRENT_BINARY_DIR}/Asking.bc Asking.inc)
