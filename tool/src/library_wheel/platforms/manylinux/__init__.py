"""Linux on x86-64 with glibc 2.17 or later: wheels like published ones, compiled by zig on a newer system."""

from pathlib import Path

from .. import zig
from ..native import Native


class Manylinux(Native):
    """This machine's interpreter, with wheels for older systems."""

    name = "manylinux"
    title = "Linux x86-64, wheels for glibc 2.17"
    tag = "manylinux_2_17_x86_64"
    files = Path(__file__).parent
    environment = zig.compilers_for("x86_64-linux-gnu.2.17")

    def compilers(self) -> Path:
        """See Platform. These are zig's."""
        return zig.commands()
