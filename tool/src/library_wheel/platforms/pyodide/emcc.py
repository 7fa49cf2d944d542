"""What Emscripten's compiler does with C and C++ for side modules, by zig's clang and linker: `python3 emcc.py ...`."""

import os
import re
import subprocess
import sys
from pathlib import Path

# By which Meson and CMake know what they have to do with; the version is that of Pyodide's Emscripten.
VERSION = "emcc (Emscripten gcc/clang-like replacement + linker emulating GNU ld) 5.0.3"

HERE = Path(__file__).resolve().parent
# What the header __config_site says of a C++ library, of which zig has none.
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
    "-Wno-unused-command-line-argument",  # those for C++ with C
    *(f"-D_LIBCPP_{name}" for name in LIBCPP),
]
LINK = [
    # clang starts the linker, which is a command of zig's, by this name.
    f"-B{HERE}",
    "-shared",
    # libc is Pyodide's.
    "-nostdlib",
    "--no-wasm-opt",
    "-Wl,--no-entry,-Bdynamic,--experimental-pic,--import-memory,--unresolved-symbols=import-dynamic,--strip-debug",
    # What is visible is exported, as by Emscripten's SIDE_MODULE=1.
    "-Wl,--export-dynamic",
    # Without it the loader silently runs no constructors.
    "-Wl,--export-if-defined=__wasm_call_ctors",
]
# Settings of Emscripten's own, threads, of which Pyodide has none, and groups, which its linker does not need.
DROPPED = "-s[A-Z].*|-pthread|-Wl,--(start|end)-group"


def zig() -> Path:
    """Return zig's program."""
    said = subprocess.run(["python-zig", "env"], check=True, capture_output=True, text=True).stdout
    (program,) = re.findall(r'\.zig_exe = "(.*)"', said)
    return Path(program)


def headers(library: Path) -> list[str]:
    """Return options for the headers in zig's library."""
    return [
        # Emscripten's C++ library is that of LLVM too, in another namespace and without threads.
        *("-stdlib++-isystem", str(library / "libcxx" / "include")),
        *("-stdlib++-isystem", str(library / "libcxxabi" / "include")),
        # Its libc is musl; of what it changed there `include` has what matters here. Last, clang's own headers.
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
