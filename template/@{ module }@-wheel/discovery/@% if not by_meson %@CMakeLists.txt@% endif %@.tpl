# The files by which build systems find the @{ 'libraries' if other_libraries else 'library' }@ in site-packages: relocatable, since a wheel may be installed
# anywhere.

set(first @{ stem }@)
@% for library in libraries -%@
list(APPEND names @{ library.name }@)
list(APPEND pcs @{ library.pkgconfig_name }@)
@% endfor -%@
set(VERSION "${version}")
string(REGEX MATCH "^[0-9]+" MAJOR "${version}")

file(READ ${first}.pc.in pc_in)
file(READ ${first}-config.cmake.in config_in)
foreach(name pc LIBRARY LINK_FILE IN ZIP_LISTS names pcs library_files link_files)
  if(APPLE OR WIN32)
    set(LIBS "\${libdir}/${LINK_FILE}")
  else()
    # -l: names the file, for there is no other name of it. A full path would do too, but PyPI's `pkgconfig` drops it
    # silently.
    set(LIBS "-L\${libdir} -l:${LINK_FILE}")
  endif()
  string(CONFIGURE "${pc_in}" text @ONLY)
@%- if other_libraries %@
  string(REPLACE "Name: @{ pkgconfig_name }@\n" "Name: ${pc}\n" text "${text}")
@%- endif %@
  # Not configure_file(): the libraries' files have names only when the targets are complete.
  file(GENERATE OUTPUT ${pc}.pc CONTENT "${text}")
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${pc}.pc" DESTINATION ${package}/pkgconfig)
  string(CONFIGURE "${config_in}" text @ONLY)
@%- if other_libraries %@
  string(REPLACE "${first}::${first}" "${first}::${name}" text "${text}")
@%- endif %@
  string(APPEND config "${text}")
endforeach()

set(config_file ${first}-config.cmake)
set(version_file ${first}-config-version.cmake)
file(GENERATE OUTPUT ${config_file} CONTENT "${config}")
configure_file(${version_file}.in ${version_file} @ONLY)
install(
  FILES "${CMAKE_CURRENT_BINARY_DIR}/${config_file}" "${CMAKE_CURRENT_BINARY_DIR}/${version_file}"
  DESTINATION ${package}/cmake
)
