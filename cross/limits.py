"""What each target lacks of tests/support/capabilities.py, and why: the tests that need it are reported as skipped."""

CROSS_COMPILED = {
    "editable installs": "an editable install works only with the interpreter that builds it, not this one",
    "libpython": "there is no libpython to link a program with",
}
AARCH64 = CROSS_COMPILED | {
    "noexec": "qemu maps code as data, which noexec allows",
    "ordinary user": "the emulated system's files are in this user's home",
}
MUSL = {
    "long paths": "musl's loader tries only paths of up to 511 bytes",
    "machine check": "musl does not look at the machine",
    "match by name": "musl's loader knows a library that was opened by its path only by that path, not by its SONAME",
    "ordinary user": "its loader is in this user's home",
    "programs": "zig links programs for musl statically",
    "symbol versions": "musl knows no symbol versions",
}
WINDOWS = CROSS_COMPILED | {
    "ELF": "its libraries are DLLs; test_windows.py has what is about them",
    "early binding": "Wine looks for a DLL's functions when they are called, and ends the process if there is none",
    "fork": "Windows has no fork",
    "global symbols": "Windows looks for a function in the DLL that is named with it, and in no other",
    "loader variables": "Windows has no such variable",
    "missing libraries named": "Windows does not say which library is missing",
    "module names of Linux": "extensions have other names on Windows; test_faults.py checks them",
    "ordinary user": "the emulated system's files are in this user's home",
    "programs": "the programs are for systems with dlopen()",
    "replaceable files": "Windows locks the files of a loaded DLL, and shows the folder behind a link",
    "semicolons in paths": "a semicolon separates folders in Windows' variables",
    "symbolic links": "Wine shows the folder behind a symbolic link",
}
PYPY = {
    "PyDLL": "PyPy's ctypes has no PyDLL",
    "libpython": "programs embed PyPy through an interface of its own",
    "ordinary user": "its loader is in this user's home",
    "subinterpreters": "PyPy has none",
}
MACOS = {"interpreter": "there is no interpreter for macOS here"}
PYODIDE = CROSS_COMPILED | {
    "ELF": "its libraries are WebAssembly modules; test_pyodide.py has what is about them",
    "abi3audit": "abi3audit does not read WebAssembly",
    "earlier copies": "in Pyodide the exporter's own folder comes first, before loaded copies and variables",
    "fork": "Pyodide has no processes and no programs",
    "freezer": "there is no freezer for WebAssembly",
    "long paths": "Emscripten's loader tries only paths of up to 511 bytes",
    "match by name": "extensions can't use a library that ctypes opened; test_pyodide.py checks this",
    "ordinary user": "the emulated system's files are in this user's home",
    "own search path": "libbar's folder is also searched, and named in the error",
    "processes": "Pyodide has no processes and no programs",
    "programs": "Pyodide has no processes and no programs",
    "replaceable files": "Emscripten's loader knows a library by its path",
    "subinterpreters": "Pyodide lacks the module for subinterpreters",
    "symbolic links": "Emscripten's loader identifies a library by the path that led to it, not by the file",
    "threads": "Pyodide has no threads",
    "version scripts": "only ELF has the map of symbol versions in which the older library differs",
}
