"""Compile C and C++ for side modules like Emscripten's compiler, with zig's clang and linker: `python3 emcc.py ...`."""

import os
import re
import subprocess
import sys
from pathlib import Path

# Meson and CMake recognise Emscripten by this text. The version is that of Pyodide's Emscripten.
VERSION = "emcc (Emscripten gcc/clang-like replacement + linker emulating GNU ld) 5.0.3"

HERE = Path(__file__).resolve().parent
# The macros of the C++ library's header __config_site, which zig lacks.
LIBCPP = [
    "ABI_NAMESPACE=__2",
    "ABI_VERSION=2",
    "ASSERTION_SEMANTIC_DEFAULT=_LIBCPP_ASSERTION_SEMANTIC_ENFORCE",
    "HARDENING_MODE_DEFAULT=_LIBCPP_HARDENING_MODE_NONE",
    "HAS_FILESYSTEM=1",
    "HAS_LOCALIZATION=1",
    "HAS_MONOTONIC_CLOCK=1",
    "HAS_MUSL_LIBC=1",
    "HAS_RANDOM_DEVICE=1",
    "HAS_THREADS=0",
    "HAS_THREAD_API_EXTERNAL=0",
    "HAS_THREAD_API_PTHREAD=0",
    "HAS_THREAD_API_WIN32=0",
    "HAS_TIME_ZONE_DATABASE=0",
    "HAS_UNICODE=1",
    "HAS_VENDOR_AVAILABILITY_ANNOTATIONS=0",
    "HAS_WIDE_CHARACTERS=1",
    "INSTRUMENTED_WITH_ASAN=0",
]
COMPILE = [
    "--target=wasm32-unknown-emscripten",
    "-fPIC",
    # This target's default would hide every function.
    "-fvisibility=default",
    "-fwasm-exceptions",
    "-Wno-unused-command-line-argument",  # C ignores the options for C++
    *(f"-D_LIBCPP_{name}" for name in LIBCPP),
]
LINK = [
    # clang starts the linker from this folder, where a script runs zig's.
    f"-B{HERE}",
    "-shared",
    # Pyodide contains libc.
    "-nostdlib",
    "--no-wasm-opt",
    "-Wl,--no-entry,-Bdynamic,--experimental-pic,--import-memory,--unresolved-symbols=import-dynamic,--strip-debug",
    # Export visible symbols, like Emscripten's SIDE_MODULE=1.
    "-Wl,--export-dynamic",
    # Without it the loader silently runs no constructors.
    "-Wl,--export-if-defined=__wasm_call_ctors",
]
# Options to ignore: Emscripten's own settings, threads, which Pyodide lacks, and groups, which its linker doesn't need.
DROPPED = "-s[A-Z].*|-pthread|-Wl,--(start|end)-group"


def zig() -> Path:
    """Return zig's program."""
    said = subprocess.run(["python-zig", "env"], check=True, capture_output=True, text=True).stdout
    (program,) = re.findall(r'\.zig_exe = "(.*)"', said)
    return Path(program)


def headers(library: Path) -> list[str]:
    """Return options for the headers in zig's library."""
    return [
        # Emscripten's C++ library is LLVM's, in another namespace and without threads.
        *("-stdlib++-isystem", str(library / "libcxx" / "include")),
        *("-stdlib++-isystem", str(library / "libcxxabi" / "include")),
        # Emscripten's libc is musl. `include` has those of its changes that matter here. clang's own headers come last.
        *("-idirafter", str(HERE / "include")),
        *("-idirafter", str(library / "libc" / "include" / "generic-musl")),
        *("-idirafter", str(library / "include")),
    ]


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:
        sys.exit(print(VERSION))
    arguments = [word for word in sys.argv[1:] if not re.fullmatch(DROPPED, word)]
    links = not {"-c", "-E", "-S", "-v"}.intersection(arguments)
    program = zig()
    options = [*COMPILE, *headers(program.with_name("lib")), *(LINK if links else [])]
    os.execv(program, [str(program), "clang", *options, *arguments])


if __name__ == "__main__":
    main()
