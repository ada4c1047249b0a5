# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Flags that every translation unit of the project shares.
include_directories(${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include
                    ${PROJECT_BINARY_DIR} ${PROJECT_BINARY_DIR}/include)
include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
separate_arguments(llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
add_definitions(${llvm_definitions})

# Scale arithmetic at compile time must round as it does at run time.
add_compile_options(-ffp-contract=off -Wall -Wextra -Werror -Wno-unused-parameter)
add_compile_options(-fno-semantic-interposition -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
add_link_options(-fuse-ld=lld)
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")

if(PITH_SANITIZE)
  add_compile_options(-fsanitize=${PITH_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${PITH_SANITIZE})
endif()

file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/include/pith/Version.h
     CONTENT "#define PITH_VERSION \"${PROJECT_VERSION}\"\n")
