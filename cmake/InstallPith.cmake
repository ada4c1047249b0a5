# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# cmake --install: libraries and tools install themselves; here are the headers,
# the sources that bundles contain, and the package that find_package(Pith) reads.
# Headers of dialects are installed below include/pith, since "dialects" alone
# would be no name for a folder of /usr/local/include.
include(CMakePackageConfigHelpers)

# Installed programs find the core beside them, and LLVM where it was.
set(CMAKE_INSTALL_RPATH $ORIGIN/../${CMAKE_INSTALL_LIBDIR} ${LLVM_LIBRARY_DIR})

set(pith_headers ${CMAKE_INSTALL_INCLUDEDIR}/pith)
set(pith_package ${CMAKE_INSTALL_LIBDIR}/cmake/Pith)
set(pith_runtime ${CMAKE_INSTALL_DATADIR}/pith/runtime)

install(DIRECTORY include/pith/ DESTINATION ${pith_headers})
install(FILES ${PROJECT_BINARY_DIR}/include/pith/Version.h DESTINATION ${pith_headers})
foreach(folder ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
  install(DIRECTORY ${folder}/dialects DESTINATION ${pith_headers}
          FILES_MATCHING PATTERN *.h PATTERN *.td PATTERN *.h.inc PATTERN CMakeFiles EXCLUDE)
endforeach()
install(DIRECTORY runtime/ DESTINATION ${pith_runtime})

install(EXPORT PithTargets NAMESPACE Pith:: DESTINATION ${pith_package})
install(FILES cmake/AddPith.cmake cmake/Embed.cmake cmake/Pch.h
        ${PROJECT_BINARY_DIR}/PithTargetList.cmake DESTINATION ${pith_package})
configure_package_config_file(cmake/PithConfig.cmake.in ${PROJECT_BINARY_DIR}/PithConfig.cmake
  INSTALL_DESTINATION ${pith_package} PATH_VARS CMAKE_INSTALL_INCLUDEDIR pith_headers pith_runtime)
# Nothing is promised between versions before 1.0.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/PithConfigVersion.cmake
  COMPATIBILITY ExactVersion)
install(FILES ${PROJECT_BINARY_DIR}/PithConfig.cmake ${PROJECT_BINARY_DIR}/PithConfigVersion.cmake
  DESTINATION ${pith_package})
