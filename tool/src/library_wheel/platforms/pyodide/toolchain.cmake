# WebAssembly for Pyodide 314: pyemscripten_2026_0_wasm32 (PEP 783). zig, which emcc.py runs, is `pip install ziglang`.
if(CMAKE_SYSTEM_SPECIFIC_INFORMATION_LOADED)
  # CMake reads this file a second time, after it has set the suffix .wasm, which Python does not import.
  set(CMAKE_SHARED_MODULE_SUFFIX .so)
  return()
endif()
set(CMAKE_USER_MAKE_RULES_OVERRIDE ${CMAKE_CURRENT_LIST_FILE})
set(CMAKE_SYSTEM_NAME Emscripten)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_C_COMPILER python3 ${CMAKE_CURRENT_LIST_DIR}/emcc.py)
set(CMAKE_CXX_COMPILER python3 ${CMAKE_CURRENT_LIST_DIR}/emcc.py)
# nanobind needs this header, which only the headers of a C++ library with threads include.
set(CMAKE_CXX_FLAGS_INIT "-include stdio.h")
