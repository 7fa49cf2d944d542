"""musl 1.2.5, of Debian 13. Wheels from PyPI are built on Alpine, with relocations that Debian 12's 1.2.3 ignores."""

import shutil
from pathlib import Path

from library_wheel.interpreters import patchelf
from library_wheel.platforms import debian
from library_wheel.platforms.installations import installed_once
from library_wheel.platforms.musl import Musl
from library_wheel.processes import run

LOADER = "ld-musl-x86_64.so.1"


class NewerMusl(Musl):
    """The platform musl, whose interpreters run with a newer loader and libc."""

    def copy_interpreter(self, destination: Path, *, like: Path | None = None) -> Path:
        """See Platform."""
        executable = super().copy_interpreter(destination, like=like)
        run([patchelf(), "--set-interpreter", loader(), executable])
        return executable


def loader() -> Path:
    """Return the loader, which is the libc as well."""
    return installed_once("musl-1.2.5", unpack, "unpacking musl 1.2.5") / "lib" / LOADER


def unpack(directory: Path) -> None:
    """Unpack the loader. It reads its folders from a file in `etc` beside `lib`, where Debian 13's is no longer."""
    debian.packages(directory, "musl", suite="trixie", architecture="amd64")
    (directory / "lib").mkdir()
    shutil.copy2(directory / "usr" / "lib" / LOADER, directory / "lib")
