# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Fuzz targets: programs pith-fuzz-<name>, each of which reads one kind of hostile
# file (test/Fuzz/README.md). With PITH_FUZZ they are libFuzzer's, and pith itself
# is built with the coverage and the sanitizers that they need; a build folder of
# its own is for that. Without, each runs on the files that it is given.
option(PITH_FUZZ "build the fuzz targets with libFuzzer, and pith with sanitizers" OFF)
if(PITH_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    message(FATAL_ERROR "PITH_FUZZ: expected clang, got ${CMAKE_CXX_COMPILER_ID}")
  endif()
  if(NOT PITH_SANITIZE)
    set(PITH_SANITIZE address,undefined)
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize-recover=all)
  # Half the time to compile; what runs slower is mostly LLVM, which is built as it is.
  string(REPLACE "-O3" "-O1" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
endif()

# SOURCES define LLVMFuzzerTestOneInput. THROWING sources may include headers that need
# exceptions.
function(pith_add_fuzz name)
  cmake_parse_arguments(ARG "" "" "SOURCES;THROWING;LINK" ${ARGN})
  set(program pith-fuzz-${name})
  add_executable(${program} ${ARG_SOURCES})
  pith_use_pch(${program})
  pith_sanitize_program(${program})
  if(ARG_THROWING)
    add_library(${program}-throwing OBJECT ${ARG_THROWING})
    target_compile_options(${program}-throwing PRIVATE -fexceptions)
    target_link_libraries(${program}-throwing PRIVATE ${ARG_LINK})
    target_sources(${program} PRIVATE $<TARGET_OBJECTS:${program}-throwing>)
  endif()
  if(PITH_FUZZ)
    target_link_options(${program} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${program} PRIVATE ${PROJECT_SOURCE_DIR}/test/Fuzz/support/Replay.cpp)
  endif()
  get_property(targets GLOBAL PROPERTY PITH_TARGETS)
  list(TRANSFORM targets PREPEND PithTarget)
  target_link_libraries(${program} PRIVATE ${targets} Pith::Core ${ARG_LINK} MLIR LLVM)
endfunction()
