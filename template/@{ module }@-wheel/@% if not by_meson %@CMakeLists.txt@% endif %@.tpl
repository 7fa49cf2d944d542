# 3.27: DLL_NAME_WITH_SOVERSION.
cmake_minimum_required(VERSION 3.27...4.3)
project(@{ module }@-wheel LANGUAGES @{ 'NONE' if upstream_url else 'C CXX' if language == 'C++' else 'C' }@)

if(NOT SKBUILD)
  message(FATAL_ERROR "This is built by scikit-build-core: pip install . (or python -m build)")
endif()

set(upstream "${CMAKE_CURRENT_SOURCE_DIR}/upstream")
set(upstream_project "${upstream}@{ '/' + upstream_subdirectory if upstream_subdirectory else '' }@")
@%- if upstream_url %@
include(fetch.cmake)
if(SKBUILD_STATE STREQUAL "sdist")
  # Which holds upstream's sources as they are: they are configured where a wheel is built.
  return()
endif()
enable_language(C)
@%- if language == 'C++' %@
enable_language(CXX)
@%- endif %@
@%- endif %@
if(NOT EXISTS "${upstream_project}/CMakeLists.txt")
@%- if upstream_url %@
  message(
    FATAL_ERROR
    "${upstream_project} has no CMakeLists.txt. Correct the answer upstream_subdirectory; "
    "if ${upstream} is not what ${upstream_url} holds, delete it: it is made again."
  )
@%- else %@
  message(FATAL_ERROR "${upstream_project} has no CMakeLists.txt. Put upstream's sources into ${upstream}.")
@%- endif %@
endif()

set(package @{ module }@)
# Upstream's target@{ 's, that which the wheel is named after first' if other_libraries else '' }@, its SOVERSION, the names of its file without "lib" and of its DLL without
# ".dll", and how macros for the stub begin.
@% for library in libraries -%@
list(APPEND libraries @{ library.target }@)
list(APPEND soversions @{ library.soversion }@)
list(APPEND stems @{ library.packed_stem }@)
list(APPEND dlls @{ library.packed_dll[:-4] }@)
list(APPEND macros @{ library.macro }@)
@% for definition in library.definitions -%@
list(APPEND definitions "@{ definition }@")
@% endfor -%@
@% endfor -%@

find_package(Python 3.10 REQUIRED COMPONENTS Interpreter Development.Module ${SKBUILD_SABI_COMPONENT})

if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  # Full RELRO, of upstream's libraries, too.
  add_link_options(-Wl,-z,relro,-z,now)
endif()
# Sources name their own paths (__FILE__), and some compile in the install prefix. The folders of this build are on no
# user's machine, and would be other ones in the next build.
include(CheckCompilerFlag)
check_compiler_flag(C "-ffile-prefix-map=/from=/to" maps_paths)
if(maps_paths)
  add_compile_options(
    "$<$<COMPILE_LANGUAGE:C,CXX>:-ffile-prefix-map=${CMAKE_CURRENT_SOURCE_DIR}=${package}>"
    "$<$<COMPILE_LANGUAGE:C,CXX>:-ffile-prefix-map=${CMAKE_CURRENT_BINARY_DIR}=build>"
  )
endif()
if(WIN32)
  set(CMAKE_INSTALL_PREFIX "C:/Program Files/${package}")
else()
  set(CMAKE_INSTALL_PREFIX /usr/local)
endif()
# Of upstream's targets only what the stub needs is built, and of upstream's files nothing installed but what this says.
add_subdirectory("${upstream_project}" upstream EXCLUDE_FROM_ALL)
# Back to the cache's, scikit-build-core's.
unset(CMAKE_INSTALL_PREFIX)

# By which the stub@{ ', and any library,' if other_libraries else '' }@ finds what is beside it. The slash: delocate removes an rpath that is
# '@loader_path' alone. Windows looks there by itself.
set(rpath "$<IF:$<PLATFORM_ID:Darwin>,@loader_path/,$ORIGIN>")

get_directory_property(upstream_version DIRECTORY "${upstream_project}" DEFINITION PROJECT_VERSION)
string(REGEX REPLACE "\\.post[0-9]+$" "" version "${SKBUILD_PROJECT_VERSION_FULL}")
if(upstream_version AND NOT upstream_version VERSION_EQUAL version)
  message(
    FATAL_ERROR
    "pyproject.toml has version ${SKBUILD_PROJECT_VERSION_FULL}, ${upstream_project} ${upstream_version}: "
    "make them agree. (.postN is free, for another wheel of the same library.)"
  )
endif()

foreach(
  library
  soversion
  stem
  dll
  macro
  IN
  ZIP_LISTS libraries soversions stems dlls macros
)
  set(type "")
  if(TARGET ${library})
    get_target_property(type ${library} TYPE)
  endif()
  if(NOT type STREQUAL "SHARED_LIBRARY")
    get_directory_property(targets DIRECTORY "${upstream_project}" BUILDSYSTEM_TARGETS)
    message(
      FATAL_ERROR
      "${upstream_project}/CMakeLists.txt has no shared library ${library}, but these targets: ${targets}. "
      "Options of upstream's, set in pyproject.toml, may decide which are shared."
    )
  endif()

  get_target_property(upstream_soversion ${library} SOVERSION)
  # Some upstreams give none on some systems: on Windows, whose DLLs need none, or on macOS.
  if(NOT upstream_soversion STREQUAL "upstream_soversion-NOTFOUND" AND NOT upstream_soversion STREQUAL soversion)
    message(
      FATAL_ERROR
      "${upstream_project} gives ${library} the SOVERSION ${upstream_soversion}; "
      "CMakeLists.txt and ${package}/_libraries.py are for ${soversion}."
    )
  endif()

  set_target_properties(
    ${library}
    PROPERTIES
      # The file is named by its SONAME: no symlink is needed, which a wheel could not hold.
      VERSION ${soversion}
      SOVERSION ${soversion}
@%- if soname == 'private' %@
      LIBRARY_OUTPUT_NAME ${stem}
@%- endif %@
      INSTALL_NAME_DIR "@rpath"
@%- if other_libraries %@
      # One may need another.
      INSTALL_RPATH "${rpath}"
@%- else %@
      INSTALL_RPATH ""
@%- endif %@
  )
  set(link_file "$<TARGET_FILE_NAME:${library}>")
  if(WIN32)
    set_target_properties(
      ${library}
      PROPERTIES
        RUNTIME_OUTPUT_NAME ${dll}
        DLL_NAME_WITH_SOVERSION OFF
        # MinGW's default begins with lib, MSVC's does not: one name for both.
        PREFIX ""
        SUFFIX ".dll"
@%- if soname == 'private' %@
        ARCHIVE_OUTPUT_NAME ${stem}
@%- endif %@
        IMPORT_PREFIX ""
    )
    set(link_file "$<TARGET_LINKER_FILE_NAME:${library}>")
  endif()
  if(CMAKE_SYSTEM_NAME STREQUAL "Emscripten")
    # Not .wasm: WebAssembly's loader has the names of Linux.
    set_target_properties(${library} PROPERTIES SUFFIX ".so")
  endif()
  list(APPEND library_files "$<TARGET_FILE_NAME:${library}>")
  list(APPEND link_files "${link_file}")
  list(APPEND definitions "${macro}_LIBRARY=\"$<TARGET_FILE_NAME:${library}>\"")
  set(${macro}_LIBRARY "$<TARGET_FILE_NAME:${library}>")
  set(${macro}_LINK_FILE "${link_file}")
endforeach()

# As they will be installed, so that the stub is compiled with what users have. Some are generated with the libraries.
set(include "${CMAKE_CURRENT_BINARY_DIR}/include")
@% for header in headers -%@
list(APPEND headers "@{ header }@")
@% endfor -%@
set(folders "${upstream}" "${CMAKE_CURRENT_BINARY_DIR}/upstream")
@% if installed_headers -%@
set(installed "${CMAKE_CURRENT_BINARY_DIR}/taken/installed")
list(APPEND folders "${CMAKE_CURRENT_BINARY_DIR}/taken")
get_directory_property(includedir DIRECTORY "${upstream_project}" DEFINITION CMAKE_INSTALL_INCLUDEDIR)
if(NOT includedir)
  set(includedir include)
endif()
list(APPEND install -D "CMAKE_INSTALL_PREFIX=${installed}")
list(APPEND install -D "headers=${includedir}")
list(APPEND install -D "step=${CMAKE_CURRENT_BINARY_DIR}/upstream/cmake_install.cmake")
@% endif -%@
set(destination "${include}@{ '/' ~ headers_folder if headers_folder else '' }@")
add_custom_target(
  ${package}_headers
@%- if installed_headers %@
  COMMAND "${CMAKE_COMMAND}" ${install} -P install_headers.cmake
@%- endif %@
  COMMAND ${Python_EXECUTABLE} take_files.py "${destination}" --from ${folders} --headers ${headers}
  WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
  VERBATIM
)
add_dependencies(${package}_headers ${libraries})

# Empty for a free-threaded CPython, which has no stable ABI.
if(SKBUILD_SABI_VERSION)
  set(stable_abi USE_SABI ${SKBUILD_SABI_VERSION})
endif()
python_add_library(_init MODULE WITH_SOABI ${stable_abi} ${package}/_init.c)
@%- if language == 'C++' %@
target_sources(_init PRIVATE ${package}/library.cpp)
@%- endif %@
target_compile_definitions(_init PRIVATE ${definitions} "WHEEL_VERSION=\"${SKBUILD_PROJECT_VERSION_FULL}\"")
target_include_directories(_init BEFORE PRIVATE "${include}")
add_dependencies(_init ${package}_headers)
# dladdr() is in libdl before glibc 2.34.
target_link_libraries(_init PRIVATE ${libraries} ${CMAKE_DL_LIBS})
set_target_properties(
  _init
  PROPERTIES
    C_STANDARD 11
    C_VISIBILITY_PRESET hidden
@%- if language == 'C++' %@
    CXX_VISIBILITY_PRESET hidden
@%- endif %@
    # The one line that lets the stub find the library; every consumer finds it because the stub did.
    INSTALL_RPATH "${rpath}"
)

# In two steps: the names are known only when all is configured.
set(names "${CMAKE_CURRENT_BINARY_DIR}/_libraries.py")
configure_file(${package}/_libraries.py.in "${names}.in" @ONLY)
file(GENERATE OUTPUT "${names}" INPUT "${names}.in")

install(FILES "${names}" DESTINATION ${package})
install(TARGETS _init LIBRARY DESTINATION ${package})
install(
  TARGETS ${libraries}
  LIBRARY DESTINATION ${package} NAMELINK_SKIP
  RUNTIME DESTINATION ${package}
  ARCHIVE DESTINATION ${package}
  # Headers are installed below.
  PUBLIC_HEADER DESTINATION ${package}/include EXCLUDE_FROM_ALL
)
# Not by pyproject.toml, which may name only what is there before this is run.
@% for file in library_license_files -%@
install(FILES "${upstream}/@{ file }@" DESTINATION ${SKBUILD_METADATA_DIR}/licenses/upstream)
@% endfor -%@
set(bom "${CMAKE_CURRENT_BINARY_DIR}/${package}.cdx.json")
set(licence "@{ library_license }@")
@% if upstream_url -%@
set(made_of "--url=${upstream_url}" "--sha256=${upstream_sha256}")
@% else -%@
set(made_of "${upstream_project}")
@% endif -%@
execute_process(
  COMMAND ${Python_EXECUTABLE} sbom.py @{ library_name }@ ${version} ${licence} ${made_of}
  WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
  OUTPUT_VARIABLE text
  COMMAND_ERROR_IS_FATAL ANY
)
file(WRITE "${bom}" "${text}")
install(FILES "${bom}" DESTINATION ${SKBUILD_METADATA_DIR}/sboms)

# An editable install works at run time only: its files are in two folders.
if(SKBUILD_STATE STREQUAL "editable")
  return()
endif()

install(DIRECTORY "${include}/" DESTINATION ${package}/include)

add_subdirectory(discovery)
