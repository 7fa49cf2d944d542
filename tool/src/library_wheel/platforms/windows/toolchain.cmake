# Windows on x86-64, with the universal C runtime. zig is `pip install ziglang`.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR AMD64)
set(CMAKE_C_COMPILER python-zig cc)
set(CMAKE_C_COMPILER_TARGET x86_64-windows-gnu)
set(CMAKE_CXX_COMPILER python-zig c++)
set(CMAKE_CXX_COMPILER_TARGET x86_64-windows-gnu)
