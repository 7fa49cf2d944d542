"""Makes a wheel for musl one to publish."""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from support.cache import run
from support.repair import auditwheel


def repair(wheel: Path, output: Path, exporters: Sequence[Path], environment: Mapping[str, str], *options: str) -> None:
    """As on glibc, after the C library was given the name that auditwheel knows it by.

    zig's and Debian's name for it is libc.so, which auditwheel would look for among this machine's libraries. musl's
    loader takes itself for either.
    """
    wheel_command = [sys.executable, "-m", "wheel"]
    with tempfile.TemporaryDirectory() as temporary:
        run([*wheel_command, "unpack", "--dest", temporary, wheel])
        (tree,) = Path(temporary).iterdir()
        for file in tree.rglob("*.so*"):
            run(["patchelf", "--replace-needed", "libc.so", "libc.musl-x86_64.so.1", file])
        run([*wheel_command, "pack", "--dest-dir", temporary, tree], environment)
        auditwheel(Path(temporary) / wheel.name, output, exporters, environment, *options)
