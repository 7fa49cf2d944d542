# Linux on 64-bit ARM with glibc 2.17 or later: manylinux_2_17_aarch64. zig is `pip install ziglang`.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER python-zig cc)
set(CMAKE_C_COMPILER_TARGET aarch64-linux-gnu.2.17)
set(CMAKE_CXX_COMPILER python-zig c++)
set(CMAKE_CXX_COMPILER_TARGET aarch64-linux-gnu.2.17)
