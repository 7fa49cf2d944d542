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
    """This machine with one of its CPythons, by default the running one. A virtual environment stands for its base."""

    name = "native"

    def __init__(self, python: Path = Path(sys.executable)) -> None:
        self.python = python

    @property
    def loader(self) -> str:
        """See Platform."""
        elsewhere = {"darwin": "dyld", "win32": "Windows"}
        return elsewhere.get(sys.platform) or ("glibc" if platform.libc_ver()[0] == "glibc" else "musl")

    @property
    def title(self) -> str:
        """See Platform."""
        return f"{platform.system()} {platform.machine().replace('_', '-')}, {self.loader}"

    @property
    def version(self) -> tuple[int, ...]:
        """See Platform."""
        return sys.version_info[:2]

    @cached_property
    def interpreter(self) -> Interpreter:
        """See Platform."""
        return installed(self.python)

    def tags(self) -> Iterator[Tag]:
        """See Platform."""
        return sys_tags()


def installed(python: Path) -> Interpreter:
    """Return the installation that an executable, or that of a virtual environment, belongs to."""
    try:
        result = subprocess.run([python, "-I", "-c", ABOUT], capture_output=True, text=True)
    except OSError as error:
        raise CannotRunError(f"{python} can't be run: {error.strerror}") from None
    if result.returncode != 0:
        raise CannotRunError(
            f"{python} is not a working Python 3 interpreter: it ended with exit code {result.returncode}"
        )
    prefix, library, include, libraries = json.loads(result.stdout)
    name = Path(library).name
    return Interpreter(Path(prefix), name, Path(prefix, "bin", name), Path(include), Path(libraries or prefix))
