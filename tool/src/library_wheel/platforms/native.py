"""This machine's own platform: a CPython that is installed here."""

import json
import platform
import subprocess
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from packaging.tags import Tag, sys_tags

from ..interpreters import Interpreter
from .platform import Platform

ABOUT = """
import json, sys, sysconfig
print(json.dumps([
    sys.base_prefix, sysconfig.get_path("stdlib"), sysconfig.get_path("include"), sysconfig.get_config_var("LIBDIR")
]))
"""


class Native(Platform):
    """This machine, with the CPython that runs this, or the one under its virtual environment."""

    name = "native"

    @property
    def loader(self) -> str:
        """As for any platform."""
        elsewhere = {"darwin": "dyld", "win32": "Windows"}
        return elsewhere.get(sys.platform) or ("glibc" if platform.libc_ver()[0] == "glibc" else "musl")

    @property
    def title(self) -> str:
        """As for any platform."""
        return f"{platform.system()} {platform.machine().replace('_', '-')}, {self.loader}"

    @property
    def version(self) -> tuple[int, ...]:
        """As for any platform."""
        return sys.version_info[:2]

    @cached_property
    def interpreter(self) -> Interpreter:
        """As for any platform."""
        return installed(Path(sys.executable))

    def tags(self) -> Iterator[Tag]:
        """As for any platform."""
        return sys_tags()


def installed(python: Path) -> Interpreter:
    """Return what an executable, or the one of a virtual environment, says of its installation."""
    said = subprocess.run([python, "-I", "-c", ABOUT], check=True, capture_output=True, text=True).stdout
    prefix, library, include, libraries = json.loads(said)
    name = Path(library).name
    return Interpreter(Path(prefix), name, Path(prefix, "bin", name), Path(include), Path(libraries or prefix))
