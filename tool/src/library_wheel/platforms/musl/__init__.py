"""Linux with musl, like Alpine: wheels compiled by zig, tested with a CPython compiled for musl."""

import sys
from collections.abc import Mapping
from pathlib import Path

from ...processes import run
from .. import zig
from ..foreign import Foreign
from . import interpreter


class Musl(Foreign):
    """An interpreter whose libc is musl. It builds the wheels itself."""

    name = "musl"
    title = "Linux x86-64, musl"
    loader = "musl"
    version = (3, 11)
    platform_tags = ("musllinux_1_2_x86_64",)
    tag = "musllinux_1_2_x86_64"
    environment = zig.compilers_for("x86_64-linux-musl")
    lacks: Mapping[str, str] = {
        "long paths": "musl's loader tries only paths of up to 511 bytes",
        "machine check": "musl doesn't check which processor a library is for",
        "match by name": "musl's loader knows a library that was opened by its path only by that path",
        "ordinary user": "its loader is in this user's home, which other users may not read",
        "programs": "zig links programs for musl statically",
        "symbol versions": "musl knows no symbol versions",
    }

    def make_interpreter(self) -> Path:
        """See Foreign."""
        return interpreter.interpreter()

    def before_repair(self, wheel: Path, folder: Path, environment: Mapping[str, str]) -> Path:
        """Give the C library the name that auditwheel knows.

        zig and Debian name it libc.so, which auditwheel would look for among this machine's libraries. musl's loader
        accepts both names as its own.
        """
        command = [sys.executable, "-m", "wheel"]
        run([*command, "unpack", "--dest", folder, wheel])
        (tree,) = folder.iterdir()
        for file in tree.rglob("*.so*"):
            run(["patchelf", "--replace-needed", "libc.so", "libc.musl-x86_64.so.1", file])
        run([*command, "pack", "--dest-dir", folder, tree], environment)
        return folder / wheel.name
