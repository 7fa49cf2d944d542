"""Linux on x86-64 with PyPy: wheels built by PyPy itself, and tested with it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from packaging.tags import Tag

from .. import zig
from ..foreign import Foreign
from . import interpreter


class PyPy(Foreign):
    """PyPy, which builds the wheels itself."""

    # Not "pypy": tox would look for that interpreter to run the environment.
    name = "pypylinux"
    title = "Linux x86-64, glibc, PyPy"
    version = (3, 11)
    program = "pypy"
    tag = "manylinux_2_17_x86_64"
    environment = zig.compilers_for("x86_64-linux-gnu.2.17")
    lacks: Mapping[str, str] = {
        "PyDLL": "PyPy's ctypes has no PyDLL",
        "libpython": "programs embed PyPy through an interface of its own",
        "module names of Linux": "PyPy's extension modules have names of their own; test_pypylinux.py checks them",
        "noexec": "PyPy's os has no ST_NOEXEC, so such a file system isn't recognised",
        "ordinary user": "its loader is in this user's home, which other users may not read",
        "subinterpreters": "PyPy has no subinterpreters",
    }

    def make_interpreter(self) -> Path:
        """See Foreign."""
        return interpreter.interpreter()

    def tags(self) -> Iterator[Tag]:
        """See Platform."""
        return interpreter.tags(self.interpreter.prefix)

    def extension(self, name: str) -> str:
        """See Platform."""
        return name + interpreter.extension_suffix(self.interpreter.prefix)
