# Runs upstream's own install step for its headers only, since its other files need not have been built.
#
# cmake -D step=.../cmake_install.cmake -D CMAKE_INSTALL_PREFIX=... -D headers=... -P install_headers.cmake

# Replaces CMake's own function, which the generated scripts call.
function(file operation)
  if(NOT operation STREQUAL "INSTALL")
    cmake_language(CALL _file ${ARGV})
    return()
  endif()
  list(FIND ARGN DESTINATION index)
  math(EXPR index "${index} + 1")
  list(GET ARGN ${index} destination)
  cmake_path(IS_PREFIX headers "${destination}" NORMALIZE is_header)
  if(is_header)
    cmake_language(CALL _file ${ARGV})
  endif()
endfunction()

file(REMOVE_RECURSE "${CMAKE_INSTALL_PREFIX}")
cmake_path(ABSOLUTE_PATH headers BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" NORMALIZE)
include("${step}")
