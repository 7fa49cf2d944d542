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
    """Return the dynamic loader of Debian's musl, which is also its libc."""
    directory = installed_once("musl", unpack_musl, "unpacking musl")
    return directory / "lib" / "ld-musl-x86_64.so.1"


def unpack_musl(directory: Path) -> None:
    """Unpack musl's loader. Programs are linked with its path here, so it need not be where Alpine has it."""
    debian.packages(directory, "musl", suite="bookworm", architecture="amd64")


def make(directory: Path) -> None:
    """Build CPython, with the libraries that its modules ctypes and zlib need linked statically."""
    sources = directory / "src"
    libraries = sources / "libraries"
    environment = {
        **{name: os.environ[name] for name in ("HOME", "PATH")},
        "AR": "python-zig ar",
        # For musl, zig links programs statically unless told otherwise.
        "CC": "python-zig cc -target x86_64-linux-musl -dynamic",
        # CPython contains the date of its compilation, which zig refuses by default.
        "CFLAGS": "-O2 -fPIC -Wno-date-time",
        "CPPFLAGS": f"-I{libraries / 'include'}",
        "LDFLAGS": f"-L{libraries / 'lib'} -Wl,--dynamic-linker={musl_loader()}",
        # Find none of this machine's libraries.
        "PKG_CONFIG_LIBDIR": str(libraries / "lib" / "pkgconfig"),
        "RANLIB": "python-zig ranlib",
        # zig's musl is newer than Debian's 1.2.3, which lacks these functions.
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
    # With static trampolines, a file of libffi calls an undeclared function, which clang refuses.
    build("libffi", musl, prefix, *options, "--disable-exec-static-tramp")
    build("zlib", prefix, "--static")
    options = ["--without-ensurepip", "--disable-test-modules", "--with-system-ffi"]
    # CPython is relocatable. Headers in a prefix that exists here would be found by builds, so name another one.
    build("python3.11", musl, "--prefix=/musl", *options, destination=str(directory))
    shutil.rmtree(sources)
