# The files by which build systems find the library in site-packages: relocatable, since a wheel may be installed
# anywhere.

set(name @{ stem }@)
set(pc @{ pkgconfig_name }@.pc)
set(LIBRARY "${library_file}")
set(LINK_FILE "${link_file}")
set(VERSION "${version}")
string(REGEX MATCH "^[0-9]+" MAJOR "${version}")
if(APPLE OR WIN32)
  set(LIBS "\${libdir}/${link_file}")
else()
  # -l: names the file, for there is no other name of it. A full path would do too, but PyPI's `pkgconfig` drops it
  # silently.
  set(LIBS "-L\${libdir} -l:${link_file}")
endif()

foreach(file IN ITEMS ${name}.pc ${name}-config.cmake ${name}-config-version.cmake)
  configure_file(${file}.in ${file}.in @ONLY)
  # The files' names are known only when the targets are complete.
  file(GENERATE OUTPUT ${file} INPUT "${CMAKE_CURRENT_BINARY_DIR}/${file}.in")
endforeach()

install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${name}.pc" DESTINATION ${package}/pkgconfig RENAME ${pc})
install(
  FILES "${CMAKE_CURRENT_BINARY_DIR}/${name}-config.cmake" "${CMAKE_CURRENT_BINARY_DIR}/${name}-config-version.cmake"
  DESTINATION ${package}/cmake
)
