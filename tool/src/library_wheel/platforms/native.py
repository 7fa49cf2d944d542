"""This machine's own platform: a CPython that is installed here."""

import json
import platform
import subprocess
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from packaging.tags import Tag, sys_tags

from ..errors import CannotRunError
from ..interpreters import Interpreter
from .platform import Platform

ABOUT = """
import json, sys, sysconfig
print(json.dumps([
    sys.base_prefix, sysconfig.get_path("stdlib"), sysconfig.get_path("include"), sysconfig.get_config_var("LIBDIR")
]))
"""


class Native(Platform):
    """This machine, with a CPython, or the one under a virtual environment: by default what runs this."""

    name = "native"

    def __init__(self, python: Path = Path(sys.executable)) -> None:
        self.python = python

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
        return installed(self.python)

    def tags(self) -> Iterator[Tag]:
        """As for any platform."""
        return sys_tags()


def installed(python: Path) -> Interpreter:
    """Return what an executable, or the one of a virtual environment, says of its installation."""
    try:
        result = subprocess.run([python, "-I", "-c", ABOUT], capture_output=True, text=True)
    except OSError as error:
        raise CannotRunError(f"{python} can't be run: {error.strerror}") from None
    if result.returncode != 0:
        raise CannotRunError(f"{python} is no Python interpreter, or does not start: exit code {result.returncode}")
    prefix, library, include, libraries = json.loads(result.stdout)
    name = Path(library).name
    return Interpreter(Path(prefix), name, Path(prefix, "bin", name), Path(include), Path(libraries or prefix))
