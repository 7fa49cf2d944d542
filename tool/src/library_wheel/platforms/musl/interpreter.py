"""CPython 3.11 compiled for musl by zig, from Debian's copies of the upstream sources: two minutes, once."""

import logging
import os
import shutil
from pathlib import Path

from ...processes import run
from .. import debian
from ..installations import installed_once

logger = logging.getLogger(__name__)


def interpreter() -> Path:
    """Return a prefix with bin/python3.11, whose libc is musl."""
    return installed_once("musl-python3.11", make, "building CPython for musl") / "musl"


def musl_loader() -> Path:
    """Return musl's dynamic loader, Debian's, which is its libc too."""
    directory = installed_once("musl", unpack_musl, "unpacking musl")
    return directory / "lib" / "ld-musl-x86_64.so.1"


def unpack_musl(directory: Path) -> None:
    """Unpack musl's loader. It need not be at the path that programs of an Alpine name: these name this one."""
    debian.packages(directory, "musl", suite="bookworm", architecture="amd64")


def make(directory: Path) -> None:
    """Build CPython with the two libraries that its modules ctypes and zlib need, linked in statically."""
    sources = directory / "src"
    libraries = sources / "libraries"
    environment = {
        **{name: os.environ[name] for name in ("HOME", "PATH")},
        "AR": "python-zig ar",
        # For musl, zig links programs statically unless told otherwise.
        "CC": "python-zig cc -target x86_64-linux-musl -dynamic",
        # CPython tells when it was compiled, which zig takes for a mistake.
        "CFLAGS": "-O2 -fPIC -Wno-date-time",
        "CPPFLAGS": f"-I{libraries / 'include'}",
        "LDFLAGS": f"-L{libraries / 'lib'} -Wl,--dynamic-linker={musl_loader()}",
        # Nothing of this machine's.
        "PKG_CONFIG_LIBDIR": str(libraries / "lib" / "pkgconfig"),
        "RANLIB": "python-zig ranlib",
        # zig knows a newer musl than Debian's, 1.2.3, which has not got these.
        "ac_cv_func_preadv2": "no",
        "ac_cv_func_pwritev2": "no",
    }

    def build(name: str, *options: str, destination: str = "") -> None:
        logger.info("  %s", name)
        source = sources / name
        source.mkdir(parents=True)
        debian.source(source, name, suite="bookworm")
        run(["./configure", *options], environment, source)
        run(["make", f"--jobs={os.cpu_count()}"], environment, source)
        run(["make", "install", f"DESTDIR={destination}"], environment, source)

    musl = "--build=x86_64-linux-musl"
    prefix = f"--prefix={libraries}"
    options = ["--disable-shared", "--with-pic", "--disable-docs", "--disable-multi-os-directory"]
    # A source file of it calls a function that it does not declare, which clang refuses.
    build("libffi", musl, prefix, *options, "--disable-exec-static-tramp")
    build("zlib", prefix, "--static")
    options = ["--without-ensurepip", "--disable-test-modules", "--with-system-ffi"]
    # Relocatable, but a prefix that exists here, with headers of its own, would get into builds.
    build("python3.11", musl, "--prefix=/musl", *options, destination=str(directory))
    shutil.rmtree(sources)
