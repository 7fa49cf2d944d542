# Turns an upstream that builds with CMake into the libraries of a wheel. This file is the same for every library.

if(NOT SKBUILD)
  message(FATAL_ERROR "Build this project with scikit-build-core: pip install . (or python -m build)")
endif()

include(CheckCompilerFlag)

# The RUNPATH with which the stub, and a library that needs another one, find the files beside them. The slash keeps
# delocate from removing it, as it would a bare '@loader_path'. Windows always looks there.
set(beside "$<IF:$<PLATFORM_ID:Darwin>,@loader_path/,$ORIGIN>")

# The headers as they will be installed, so that the stub is compiled with the same ones as users' code.
set(include "${CMAKE_CURRENT_BINARY_DIR}/include")

# Let upstream define its targets: add_upstream(FOLDER). Only the targets that the stub needs are built, and only files
# that CMakeLists.txt names are installed.
function(add_upstream folder)
  if(NOT EXISTS "${folder}/CMakeLists.txt")
    message(FATAL_ERROR "The folder ${folder} has no CMakeLists.txt. Put upstream's sources into ${upstream}.")
  endif()
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    # Full RELRO, for upstream's libraries as well.
    add_link_options(-Wl,-z,relro,-z,now)
  endif()
  # Some sources compile in their own paths (__FILE__) or the install prefix. This build's folders don't exist on users'
  # machines, and would differ in the next build.
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
  # CMake 4 refuses an upstream that was written for a CMake before 3.5.
  if(NOT DEFINED CMAKE_POLICY_VERSION_MINIMUM)
    set(CMAKE_POLICY_VERSION_MINIMUM 3.5)
  endif()
  add_subdirectory("${folder}" upstream EXCLUDE_FROM_ALL)

  get_directory_property(upstream_version DIRECTORY "${folder}" DEFINITION PROJECT_VERSION)
  string(REGEX REPLACE "\\.post[0-9]+$" "" version "${SKBUILD_PROJECT_VERSION_FULL}")
  if(upstream_version AND NOT upstream_version VERSION_EQUAL version)
    message(
      FATAL_ERROR
      "pyproject.toml has version ${SKBUILD_PROJECT_VERSION_FULL}, but ${folder} has ${upstream_version}. "
      "Make them equal; only .postN may differ, for another wheel of the same library."
    )
  endif()
  set(VERSION ${version} PARENT_SCOPE)
  set(upstream_project "${folder}" PARENT_SCOPE)
endfunction()

# Put a library into the package, in a file named by its SONAME, so that it needs no symlink, which a wheel can't hold.
# MACRO is the prefix of the stub's macros, and of the variables for files that are filled in.
#
# export_library(TARGET SOVERSION number DLL file MACRO name [OUTPUT_NAME name] [DEFINITIONS macro...])
function(export_library library)
  cmake_parse_arguments(PARSE_ARGV 1 its "" "DLL;MACRO;OUTPUT_NAME;SOVERSION" "DEFINITIONS")
  set(type "")
  if(TARGET ${library})
    get_target_property(type ${library} TYPE)
  endif()
  if(NOT type STREQUAL "SHARED_LIBRARY")
    get_directory_property(targets DIRECTORY "${upstream_project}" BUILDSYSTEM_TARGETS)
    message(
      FATAL_ERROR
      "${upstream_project}/CMakeLists.txt has no shared library ${library}, but these targets: ${targets}. "
      "If one of upstream's options makes the library shared, set that option in pyproject.toml."
    )
  endif()
  get_target_property(upstream_soversion ${library} SOVERSION)
  # Some upstreams set no SOVERSION on some systems: on Windows, whose DLLs need none, or on macOS.
  if(NOT upstream_soversion STREQUAL "upstream_soversion-NOTFOUND" AND NOT upstream_soversion STREQUAL its_SOVERSION)
    message(
      FATAL_ERROR
      "${upstream_project} gives ${library} the SOVERSION ${upstream_soversion}, but CMakeLists.txt has ${its_SOVERSION}. "
      "Correct CMakeLists.txt; in a project from the template, run copier update with the new soversion."
    )
  endif()

  set(search_path "")
  get_target_property(others ${library} LINK_LIBRARIES)
  foreach(other IN LISTS others)
    if(TARGET "${other}")
      get_target_property(type "${other}" TYPE)
      get_target_property(imported "${other}" IMPORTED)
      if(type STREQUAL "SHARED_LIBRARY" AND NOT imported)
        set(search_path "${beside}")
      endif()
    endif()
  endforeach()
  set_target_properties(
    ${library}
    PROPERTIES
      VERSION ${its_SOVERSION}
      SOVERSION ${its_SOVERSION}
      INSTALL_NAME_DIR "@rpath"
      INSTALL_RPATH "${search_path}"
      # Otherwise the linker first writes this build's folders, and the build ID would depend on them.
      BUILD_WITH_INSTALL_RPATH ON
  )
  # All configurations get the name of Release. Visual Studio has several, but files with the name are written once.
  get_property(name TARGET ${library} PROPERTY OUTPUT_NAME_RELEASE)
  foreach(configuration DEBUG MINSIZEREL RELEASE RELWITHDEBINFO)
    set_property(TARGET ${library} PROPERTY ${configuration}_POSTFIX)
    set_property(TARGET ${library} PROPERTY OUTPUT_NAME_${configuration} ${name})
    foreach(kind ARCHIVE LIBRARY RUNTIME)
      set_property(TARGET ${library} PROPERTY ${kind}_OUTPUT_NAME_${configuration})
    endforeach()
  endforeach()
  if(its_OUTPUT_NAME)
    set_target_properties(
      ${library}
      PROPERTIES ARCHIVE_OUTPUT_NAME ${its_OUTPUT_NAME} LIBRARY_OUTPUT_NAME ${its_OUTPUT_NAME}
    )
  endif()
  set(link_file "$<TARGET_FILE_NAME:${library}>")
  # -l: names the file, since it has no other name. A full path would work, but PyPI's `pkgconfig` drops it silently.
  set(libs "-L\${libdir} -l:${link_file}")
  if(WIN32)
    cmake_path(GET its_DLL STEM LAST_ONLY dll)
    set_target_properties(
      ${library}
      PROPERTIES
        RUNTIME_OUTPUT_NAME ${dll}
        DLL_NAME_WITH_SOVERSION OFF
        # By default the name begins with lib for MinGW, but not for MSVC.
        PREFIX ""
        SUFFIX ".dll"
        IMPORT_PREFIX ""
    )
    set(link_file "$<TARGET_LINKER_FILE_NAME:${library}>")
  endif()
  if(APPLE OR WIN32)
    set(libs "\${libdir}/${link_file}")
  endif()
  if(CMAKE_SYSTEM_NAME STREQUAL "Emscripten")
    # Emscripten's loader uses the names of Linux, but CMake would name the file .wasm and set no RUNPATH.
    set_target_properties(${library} PROPERTIES SUFFIX ".so")
    if(search_path)
      target_link_options(${library} PRIVATE "LINKER:-rpath,$ORIGIN")
    endif()
  endif()
  install(
    TARGETS ${library}
    LIBRARY DESTINATION ${package} NAMELINK_SKIP
    RUNTIME DESTINATION ${package}
    ARCHIVE DESTINATION ${package}
    # export_headers() packs these.
    PUBLIC_HEADER DESTINATION ${package}/include EXCLUDE_FROM_ALL
  )

  set(file "$<TARGET_FILE_NAME:${library}>")
  set(${its_MACRO}_LIBRARY "${file}" PARENT_SCOPE)
  set(${its_MACRO}_LINK_FILE "${link_file}" PARENT_SCOPE)
  set(${its_MACRO}_LIBS "${libs}" PARENT_SCOPE)
  set(libraries ${libraries} ${library} PARENT_SCOPE)
  set(definitions ${definitions} ${its_DEFINITIONS} "${its_MACRO}_LIBRARY=\"${file}\"" PARENT_SCOPE)
endfunction()

# Gather headers for users and for the stub: export_headers([INTO folder] PATTERN...). The patterns are paths in
# upstream's sources, or in its build folder if they are generated with the libraries. take_files.py explains them.
function(export_headers)
  cmake_parse_arguments(PARSE_ARGV 0 its "" "INTO" "")
  set(headers ${its_UNPARSED_ARGUMENTS})
  set(folders "${upstream}" "${CMAKE_CURRENT_BINARY_DIR}/upstream")
  set(generated ${libraries})
  if("${headers}" MATCHES "(^|;)!?installed/")
    install_upstreams_headers("${CMAKE_CURRENT_BINARY_DIR}/taken/installed")
    list(APPEND folders "${CMAKE_CURRENT_BINARY_DIR}/taken")
    set(generated ${package}_installed)
  endif()
  add_custom_target(
    ${package}_headers
    COMMAND ${Python_EXECUTABLE} take_files.py "${include}/${its_INTO}" --from ${folders} --headers ${headers}
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    VERBATIM
  )
  add_dependencies(${package}_headers ${generated})
endfunction()

# Let upstream's own install step put its headers into a folder, for patterns that begin with installed/.
function(install_upstreams_headers folder)
  get_directory_property(includedir DIRECTORY "${upstream_project}" DEFINITION CMAKE_INSTALL_INCLUDEDIR)
  if(NOT includedir)
    set(includedir include)
  endif()
  set(options -D "CMAKE_INSTALL_PREFIX=${folder}" -D "headers=${includedir}")
  set(step "${CMAKE_CURRENT_BINARY_DIR}/upstream/cmake_install.cmake")
  add_custom_target(
    ${package}_installed
    COMMAND "${CMAKE_COMMAND}" ${options} -D "step=${step}" -P install_headers.cmake
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    VERBATIM
  )
  add_dependencies(${package}_installed ${libraries})
endfunction()

# Build the stub: add_stub(SOURCE...).
function(add_stub)
  # Empty for a free-threaded CPython, which has no stable ABI.
  if(SKBUILD_SABI_VERSION)
    set(stable_abi USE_SABI ${SKBUILD_SABI_VERSION})
  endif()
  python_add_library(_init MODULE WITH_SOABI ${stable_abi} ${ARGN})
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
      CXX_VISIBILITY_PRESET hidden
      # The one line that lets the stub find the library; every consumer finds it because the stub did.
      INSTALL_RPATH "${beside}"
      BUILD_WITH_INSTALL_RPATH ON
  )
  if(CMAKE_SYSTEM_NAME STREQUAL "Emscripten")
    target_link_options(_init PRIVATE "LINKER:-rpath,$ORIGIN")
  endif()
  install(TARGETS _init LIBRARY DESTINATION ${package})
endfunction()

# Put a bill of materials beside the metadata: add_bill_of_materials(NAME LICENCE ARGUMENT...), for sbom.py.
function(add_bill_of_materials name licence)
  execute_process(
    COMMAND ${Python_EXECUTABLE} sbom/sbom.py ${name} ${VERSION} ${licence} ${ARGN}
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    OUTPUT_VARIABLE text
    COMMAND_ERROR_IS_FATAL ANY
  )
  set(file "${CMAKE_CURRENT_BINARY_DIR}/${package}.cdx.json")
  file(WRITE "${file}" "${text}")
  install(FILES "${file}" DESTINATION ${SKBUILD_METADATA_DIR}/sboms)
endfunction()

# Fill in the @NAMES@ in a file and install it below the package: fill_in(FILE [FOLDER]). This takes two steps, because
# CMake knows the names of the libraries' files only after it has configured everything.
function(fill_in file)
  cmake_path(GET file STEM LAST_ONLY name)
  configure_file("${file}" "${name}.in" @ONLY)
  file(GENERATE OUTPUT "${name}" INPUT "${CMAKE_CURRENT_BINARY_DIR}/${name}.in")
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${name}" DESTINATION ${package}/${ARGN})
endfunction()

# Do the same for every file in folders: fill_in_folders(FOLDER...).
function(fill_in_folders)
  foreach(folder IN LISTS ARGN)
    file(GLOB files "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.in")
    foreach(file IN LISTS files)
      fill_in("${file}" ${folder})
    endforeach()
  endforeach()
endfunction()
