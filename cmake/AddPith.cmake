# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The project's own build functions. Dialects, stages and other parts of the
# core are object libraries that make up one shared library, PithCore; targets
# and tools link it. The installed package has the same file, for targets and
# tools of other projects.

# One precompiled header with the parts of MLIR that nearly every file includes.
function(pith_use_pch name)
  if(NOT TARGET PithPch)
    # Not written again: every object depends on it.
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/PithPch.cpp
         CONTENT "// anchors the precompiled header\n")
    add_library(PithPch OBJECT ${PROJECT_BINARY_DIR}/PithPch.cpp)
    set_target_properties(PithPch PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(PithPch PRIVATE -fno-exceptions -fPIC)
    target_precompile_headers(PithPch PRIVATE ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/Pch.h)
    if(PITH_INCLUDE_DIRS) # the installed package; the tree sets them for all
      target_include_directories(PithPch SYSTEM PRIVATE ${PITH_INCLUDE_DIRS}
                                 ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
      target_compile_features(PithPch PRIVATE cxx_std_20)
    endif()
  endif()
  # Executables too use -fPIC: the header was compiled with it.
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${name} PRIVATE -fno-exceptions -fPIC)
  target_precompile_headers(${name} REUSE_FROM PithPch)
endfunction()

# Declares one TableGen output of a folder: pith_tablegen(<td> <out> <flags>...)
macro(pith_tablegen td out)
  set(LLVM_TARGET_DEFINITIONS ${td})
  mlir_tablegen(${out} ${ARGN} ${PITH_TABLEGEN_INCLUDES})
endmacro()

# A part of the core library. Exceptions stay in the sources named by THROWING.
function(pith_add_core name)
  cmake_parse_arguments(ARG "" "PASSES" "SOURCES;THROWING;LINK" ${ARGN})
  if(ARG_PASSES)
    pith_tablegen(${ARG_PASSES} Passes.h.inc -gen-pass-decls -name ${name})
    add_public_tablegen_target(Pith${name}Gen)
    set_property(GLOBAL APPEND PROPERTY PITH_GENERATED Pith${name}Gen)
  endif()
  if(ARG_SOURCES)
    add_library(Pith${name} OBJECT ${ARG_SOURCES})
    pith_use_pch(Pith${name})
    target_link_libraries(Pith${name} PRIVATE ${ARG_LINK})
    set_property(GLOBAL APPEND PROPERTY PITH_CORE Pith${name})
  endif()
  if(ARG_THROWING)
    add_library(Pith${name}Throwing OBJECT ${ARG_THROWING})
    target_compile_options(Pith${name}Throwing PRIVATE -fexceptions)
    target_link_libraries(Pith${name}Throwing PRIVATE ${ARG_LINK})
    set_property(GLOBAL APPEND PROPERTY PITH_CORE Pith${name}Throwing)
  endif()
  set_property(GLOBAL APPEND PROPERTY PITH_CORE_LINK ${ARG_LINK})
endfunction()

# A dialect: ODS in <Name>.td; the namespace is given by its C++ sources.
function(pith_add_dialect name)
  cmake_parse_arguments(ARG "ATTRS;TYPES;ENUMS" "MNEMONIC" "SOURCES" ${ARGN})
  set(td ${name}.td)
  pith_tablegen(${td} ${name}Dialect.h.inc -gen-dialect-decls -dialect=${ARG_MNEMONIC})
  pith_tablegen(${td} ${name}Dialect.cpp.inc -gen-dialect-defs -dialect=${ARG_MNEMONIC})
  pith_tablegen(${td} ${name}Ops.h.inc -gen-op-decls)
  pith_tablegen(${td} ${name}Ops.cpp.inc -gen-op-defs)
  if(ARG_ENUMS)
    pith_tablegen(${td} ${name}Enums.h.inc -gen-enum-decls)
    pith_tablegen(${td} ${name}Enums.cpp.inc -gen-enum-defs)
  endif()
  if(ARG_ATTRS)
    pith_tablegen(${td} ${name}Attrs.h.inc -gen-attrdef-decls -attrdefs-dialect=${ARG_MNEMONIC})
    pith_tablegen(${td} ${name}Attrs.cpp.inc -gen-attrdef-defs -attrdefs-dialect=${ARG_MNEMONIC})
    # Interfaces are generated for the file that defines them only.
    pith_tablegen(${name}Interfaces.td ${name}AttrInterfaces.h.inc -gen-attr-interface-decls)
    pith_tablegen(${name}Interfaces.td ${name}AttrInterfaces.cpp.inc -gen-attr-interface-defs)
  endif()
  if(ARG_TYPES)
    pith_tablegen(${td} ${name}Types.h.inc -gen-typedef-decls -typedefs-dialect=${ARG_MNEMONIC})
    pith_tablegen(${td} ${name}Types.cpp.inc -gen-typedef-defs -typedefs-dialect=${ARG_MNEMONIC})
  endif()
  add_public_tablegen_target(Pith${name}DialectGen)
  set_property(GLOBAL APPEND PROPERTY PITH_GENERATED Pith${name}DialectGen)
  pith_add_core(${name}Dialect SOURCES ${ARG_SOURCES})
endfunction()

function(pith_add_stage name)
  pith_add_core(${name} ${ARGN})
endfunction()

# A target folder; works in the tree and against an installed pith. EMBED: files
# whose bytes the sources include, as "<file>.inc". PLUGIN: also a shared library
# libPith<name>.so, for --load-target. DIALECT: the namespace of <name>.td, from
# which <name>Dialect.{h,cpp}.inc and <name>Ops.{h,cpp}.inc are made.
function(pith_add_target name)
  cmake_parse_arguments(ARG "PLUGIN" "PASSES;DIALECT" "SOURCES;EMBED" ${ARGN})
  if(ARG_DIALECT)
    foreach(kind decls defs)
      string(REPLACE decls h extension ${kind})
      string(REPLACE defs cpp extension ${extension})
      pith_tablegen(${name}.td ${name}Dialect.${extension}.inc -gen-dialect-${kind}
                    -dialect=${ARG_DIALECT})
      pith_tablegen(${name}.td ${name}Ops.${extension}.inc -gen-op-${kind})
    endforeach()
    add_public_tablegen_target(PithTarget${name}DialectGen)
  endif()
  if(ARG_PASSES)
    pith_tablegen(${ARG_PASSES} Passes.h.inc -gen-pass-decls -name ${name})
    add_public_tablegen_target(PithTarget${name}Gen)
  endif()
  add_library(PithTarget${name} STATIC ${ARG_SOURCES})
  target_compile_definitions(PithTarget${name} PRIVATE PITH_TARGET_NAME=${name})
  pith_use_pch(PithTarget${name})
  target_link_libraries(PithTarget${name} PRIVATE Pith::Core)
  if(ARG_PASSES)
    add_dependencies(PithTarget${name} PithTarget${name}Gen)
  endif()
  foreach(file IN LISTS ARG_EMBED)
    pith_embed(PithTarget${name}${file} ${CMAKE_CURRENT_SOURCE_DIR}/${file} ${file}.inc)
    add_dependencies(PithTarget${name} PithTarget${name}${file})
  endforeach()
  if(ARG_DIALECT)
    add_dependencies(PithTarget${name} PithTarget${name}DialectGen)
  endif()
  foreach(source IN LISTS ARG_SOURCES) # the precompiled header is of C++
    if(source MATCHES "\\.c$")
      set_source_files_properties(${source} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    endif()
  endforeach()
  if(PITH_INCLUDE_DIRS) # outside the tree a folder is its own root
    target_include_directories(PithTarget${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}
      ${CMAKE_CURRENT_BINARY_DIR} ${PITH_RUNTIME_DIR})
  else()
    install(TARGETS PithTarget${name} EXPORT PithTargets)
  endif()
  set_property(GLOBAL APPEND PROPERTY PITH_TARGETS ${name})
  if(ARG_PLUGIN)
    set(entry ${CMAKE_CURRENT_BINARY_DIR}/${name}Plugin.cpp)
    file(CONFIGURE OUTPUT ${entry} CONTENT "#include \"pith/Target/Plugin.h\"
PITH_TARGET_PLUGIN(${name})\n")
    add_library(PithTarget${name}Plugin MODULE ${entry})
    set_target_properties(PithTarget${name}Plugin PROPERTIES OUTPUT_NAME Pith${name})
    pith_use_pch(PithTarget${name}Plugin)
    target_link_libraries(PithTarget${name}Plugin PRIVATE PithTarget${name} Pith::Core)
  endif()
endfunction()

# A shared library libPith<name>.so with passes, for --load-pass. PASSES: their
# declarations, from which Passes.h.inc is made.
function(pith_add_passes name)
  cmake_parse_arguments(ARG "" "PASSES" "SOURCES" ${ARGN})
  add_library(PithPasses${name} MODULE ${ARG_SOURCES})
  set_target_properties(PithPasses${name} PROPERTIES OUTPUT_NAME Pith${name})
  pith_use_pch(PithPasses${name})
  target_link_libraries(PithPasses${name} PRIVATE Pith::Core)
  target_include_directories(PithPasses${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}
                             ${CMAKE_CURRENT_BINARY_DIR})
  if(ARG_PASSES)
    pith_tablegen(${ARG_PASSES} Passes.h.inc -gen-pass-decls -name ${name})
    add_public_tablegen_target(PithPasses${name}Gen)
    add_dependencies(PithPasses${name} PithPasses${name}Gen)
  endif()
endfunction()

function(pith_add_tool name)
  cmake_parse_arguments(ARG "INTERNAL" "OPTIONS" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  pith_sanitize_program(${name})
  if(ARG_OPTIONS) # the command line, <file>.td to <file>.inc
    find_program(LLVM_TABLEGEN_EXE llvm-tblgen HINTS ${LLVM_TOOLS_BINARY_DIR} REQUIRED)
    set(LLVM_TABLEGEN_TARGET ${LLVM_TABLEGEN_EXE})
    set(LLVM_TARGET_DEFINITIONS ${ARG_OPTIONS}.td)
    tablegen(LLVM ${ARG_OPTIONS}.inc -gen-opt-parser-defs -I ${LLVM_INCLUDE_DIRS})
    add_public_tablegen_target(${name}OptionsGen)
    add_dependencies(${name} ${name}OptionsGen)
  endif()
  pith_use_pch(${name})
  get_property(targets GLOBAL PROPERTY PITH_TARGETS)
  if(PITH_INCLUDE_DIRS) # AllTargets.h: the package's targets and those of this project
    set(list ${PITH_INSTALLED_TARGETS} ${targets})
    list(TRANSFORM list REPLACE "(.+)" "PITH_TARGET(\\1)\n")
    string(JOIN "" list ${list})
    file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${name}.targets/pith/Targets.def
         CONTENT "${list}")
    target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/${name}.targets)
    list(TRANSFORM PITH_INSTALLED_TARGETS PREPEND Pith::PithTarget OUTPUT_VARIABLE installed)
  endif()
  list(TRANSFORM targets PREPEND PithTarget)
  target_link_libraries(${name} PRIVATE ${targets} ${installed} Pith::Core ${ARG_LINK} MLIR LLVM)
  if(NOT ARG_INTERNAL) # a program that only tests use
    install(TARGETS ${name})
  endif()
endfunction()

# Programs of a sanitized build say what the shared LLVM asks of the sanitizer.
function(pith_sanitize_program name)
  if(PITH_SANITIZE)
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/SanitizerOptions.cpp)
  endif()
endfunction()

function(pith_add_unittest name)
  cmake_parse_arguments(ARG "" "" "SOURCES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  pith_sanitize_program(${name})
  pith_use_pch(${name})
  get_property(targets GLOBAL PROPERTY PITH_TARGETS)
  list(TRANSFORM targets PREPEND PithTarget)
  target_link_libraries(${name} PRIVATE ${targets} Pith::Core MLIR LLVM GTest::gtest GTest::gtest_main)
  set_property(GLOBAL APPEND PROPERTY PITH_UNITTESTS ${name})
endfunction()

# Joins the parts that were added so far into the core library. Every object
# waits for every generated header: ninja then builds in one wide step.
function(pith_link_core)
  get_property(parts GLOBAL PROPERTY PITH_CORE)
  get_property(links GLOBAL PROPERTY PITH_CORE_LINK)
  get_property(generated GLOBAL PROPERTY PITH_GENERATED)
  list(REMOVE_DUPLICATES links)
  add_library(PithCore SHARED)
  add_library(Pith::Core ALIAS PithCore)
  foreach(part IN LISTS parts)
    add_dependencies(${part} ${generated})
    target_sources(PithCore PRIVATE $<TARGET_OBJECTS:${part}>)
  endforeach()
  target_link_libraries(PithCore PRIVATE ${links} PUBLIC MLIR LLVM)
  set(script ${PROJECT_SOURCE_DIR}/cmake/PithCore.version)
  target_link_options(PithCore PRIVATE -Wl,--version-script=${script})
  if(NOT PITH_SANITIZE) # whose functions are in the program
    target_link_options(PithCore PRIVATE -Wl,--no-undefined)
  endif()
  set_target_properties(PithCore PROPERTIES LINK_DEPENDS ${script} LINKER_LANGUAGE CXX
                        EXPORT_NAME Core)
  install(TARGETS PithCore EXPORT PithTargets)
endfunction()

# Makes a file part of the core: <out> holds its bytes, for a C array.
function(pith_embed name in out)
  add_custom_command(OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${out}
    COMMAND ${CMAKE_COMMAND} -DIN=${in} -DOUT=${CMAKE_CURRENT_BINARY_DIR}/${out}
      -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/Embed.cmake
    DEPENDS ${in} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/Embed.cmake)
  add_custom_target(${name} DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/${out})
  set_property(GLOBAL APPEND PROPERTY PITH_GENERATED ${name})
endfunction()
