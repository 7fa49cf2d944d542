# The files by which build systems find the @{ 'libraries' if other_libraries else 'library' }@ in site-packages: relocatable, since a wheel may be installed
# anywhere.

@% for library in libraries -%@
list(APPEND pcs @{ library.pkgconfig_name }@)
@% endfor -%@
set(VERSION "${version}")

foreach(pc macro library_file link_file IN ZIP_LISTS pcs macros library_files link_files)
  set(${macro}_LIBRARY "${library_file}")
  set(${macro}_LINK_FILE "${link_file}")
  if(APPLE OR WIN32)
    set(${macro}_LIBS "\${libdir}/${link_file}")
  else()
    # -l: names the file, for there is no other name of it. A full path would do too, but PyPI's `pkgconfig` drops it
    # silently.
    set(${macro}_LIBS "-L\${libdir} -l:${link_file}")
  endif()
  file(READ ${pc}.pc.in text)
  string(CONFIGURE "${text}" text @ONLY)
  # Not configure_file(): the libraries' files have names only when the targets are complete.
  file(GENERATE OUTPUT ${pc}.pc CONTENT "${text}")
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${pc}.pc" DESTINATION ${package}/pkgconfig)
endforeach()

set(config_file @{ cmake_config }@.cmake)
set(version_file @{ cmake_config }@-version.cmake)
file(READ ${config_file}.in text)
string(CONFIGURE "${text}" text @ONLY)
file(GENERATE OUTPUT ${config_file} CONTENT "${text}")
configure_file(${version_file}.in ${version_file} @ONLY)
install(
  FILES "${CMAKE_CURRENT_BINARY_DIR}/${config_file}" "${CMAKE_CURRENT_BINARY_DIR}/${version_file}"
  DESTINATION ${package}/cmake
)
