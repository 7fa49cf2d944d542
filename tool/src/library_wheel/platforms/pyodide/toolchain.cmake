# WebAssembly for Pyodide 314: pyemscripten_2026_0_wasm32 (PEP 783). zig, which emcc.py runs, is `pip install ziglang`.
if(CMAKE_SYSTEM_SPECIFIC_INFORMATION_LOADED)
  # Read again after CMake has set its own for the platform, .wasm: Python imports no module of that name.
  set(CMAKE_SHARED_MODULE_SUFFIX .so)
  return()
endif()
set(CMAKE_USER_MAKE_RULES_OVERRIDE ${CMAKE_CURRENT_LIST_FILE})
set(CMAKE_SYSTEM_NAME Emscripten)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_C_COMPILER python3 ${CMAKE_CURRENT_LIST_DIR}/emcc.py)
set(CMAKE_CXX_COMPILER python3 ${CMAKE_CURRENT_LIST_DIR}/emcc.py)
# nanobind needs it, and gets it from the headers of a C++ library with threads only.
set(CMAKE_CXX_FLAGS_INIT "-include stdio.h")
