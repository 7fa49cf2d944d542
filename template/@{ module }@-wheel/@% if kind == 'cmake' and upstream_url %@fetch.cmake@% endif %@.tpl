# Puts upstream's sources into ${upstream}, from an archive that is downloaded once.
#
# That folder is in the sdist, and what is built from an sdist needs no network. The archive is kept, by its hash, in
# .archives or in the folder that the environment variable UPSTREAM_ARCHIVES names.

set(upstream_url "@{ upstream_url }@")
set(upstream_sha256 "@{ upstream_sha256 }@")

# What is in the folder. Without this file its owner has put it there.
set(mark "${upstream}/.archive-sha256")
if(EXISTS "${upstream}" AND NOT EXISTS "${mark}")
  return()
endif()
if(EXISTS "${mark}")
  file(READ "${mark}" unpacked)
  if(unpacked STREQUAL upstream_sha256)
    return()
  endif()
endif()

set(archives "${CMAKE_CURRENT_LIST_DIR}/.archives")
if(NOT "$ENV{UPSTREAM_ARCHIVES}" STREQUAL "")
  file(TO_CMAKE_PATH "$ENV{UPSTREAM_ARCHIVES}" archives)
endif()
cmake_path(GET upstream_url FILENAME name)
set(archive "${archives}/${upstream_sha256}-${name}")
file(MAKE_DIRECTORY "${archives}")
# Of two builds at the same time one waits for the other.
file(LOCK "${archive}.lock" GUARD FILE TIMEOUT 900)

if(EXISTS "${archive}")
  file(SHA256 "${archive}" found)
  if(NOT found STREQUAL upstream_sha256)
    message(WARNING "${archive} has the SHA256 ${found}: it is downloaded again.")
    file(REMOVE "${archive}")
  endif()
endif()
if(NOT EXISTS "${archive}")
  set(unfinished "${archive}.unfinished")
  foreach(attempt RANGE 1 3)
    file(DOWNLOAD "${upstream_url}" "${unfinished}" INACTIVITY_TIMEOUT 60 STATUS status)
    list(GET status 0 code)
    if(code EQUAL 0)
      break()
    endif()
  endforeach()
  if(NOT code EQUAL 0)
    list(GET status 1 problem)
    file(REMOVE "${unfinished}")
    message(
      FATAL_ERROR
      "${upstream_url} could not be downloaded: ${problem}. "
      "If this machine has no network, download it on another one and put it here as ${archive}"
    )
  endif()
  file(SHA256 "${unfinished}" found)
  if(NOT found STREQUAL upstream_sha256)
    file(REMOVE "${unfinished}")
    message(
      FATAL_ERROR
      "${upstream_url} has the SHA256 ${found}, but fetch.cmake expects ${upstream_sha256}. "
      "If upstream has replaced the archive, compare the two, and correct the answer upstream_sha256: copier update."
    )
  endif()
  file(RENAME "${unfinished}" "${archive}")
endif()

set(unfinished "${upstream}.unfinished")
file(REMOVE_RECURSE "${unfinished}")
file(MAKE_DIRECTORY "${unfinished}")
execute_process(
  COMMAND "${CMAKE_COMMAND}" -E tar xf "${archive}" --touch
  WORKING_DIRECTORY "${unfinished}"
  RESULT_VARIABLE code
  ERROR_VARIABLE problem
)
if(NOT code EQUAL 0)
  file(REMOVE_RECURSE "${unfinished}")
  message(FATAL_ERROR "${archive} could not be unpacked: ${problem}")
endif()
# Most archives hold one folder with all in it.
file(GLOB folder LIST_DIRECTORIES true "${unfinished}/*")
if(NOT IS_DIRECTORY "${folder}")
  set(folder "${unfinished}")
endif()
file(WRITE "${folder}/.archive-sha256" "${upstream_sha256}")
file(REMOVE_RECURSE "${upstream}")
file(RENAME "${folder}" "${upstream}")
file(REMOVE_RECURSE "${unfinished}")
