"""Layouts: which package is installed where, for one interpreter.

The places, by the names of the schemes that pip installs into:

    system     the interpreter's own site-packages
    user       the user's, below PYTHONUSERBASE
    venv       a virtual environment that also sees system and user
    target     a folder on PYTHONPATH, filled by `pip install --target`

Each combination of packages in a place is installed once and shared by all layouts that have it: don't change it.
"""

import contextlib
import functools
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import pip

from .platforms.native import Native
from .platforms.platform import Platform
from .processes import run
from .variables import clean_environment

PLACES = ("system", "user", "venv", "target")
PROBE = Path(__file__).with_name("layout_probe.py")

# This environment's pip, for another interpreter to run. `pip --python` does the same, but starts pip twice.
PIP_RUNNER = Path(pip.__file__).with_name("__pip-runner__.py")

PURELIB = "import sysconfig; result = sysconfig.get_path('purelib')"

Packages = frozenset[str]
NOTHING: Packages = frozenset()

# A value from JSON.
Json: TypeAlias = Any

# Comes before an answer on standard output, where the modules under test may print too. As in RFC 7464.
RECORD_SEPARATOR = "\x1e"
TIMEOUT = 120  # Seconds.

AnyLayout = TypeVar("AnyLayout", bound="Layout")


class LayoutError(Exception):
    """An interpreter failed, gave no answer, or took too long. The message says which, and what it printed."""


@dataclass(frozen=True)
class Layout:
    """An interpreter, the environment in which it sees a layout's packages, and the folder of each package."""

    python: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    homes: Mapping[str, Path] = field(default_factory=dict)
    platform: Platform = field(default_factory=Native)

    def run(self, *arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
        """Run the interpreter; capture its output as text."""
        result = self._run(*arguments, **options)
        result.stdout, result.stderr = map(self.platform.host_paths, (result.stdout, result.stderr))
        return result

    def json(self, *arguments: str | Path, **options: object) -> Json:
        """Run the interpreter and return the JSON that it printed, after a record separator if there is one.

        Raises LayoutError if it printed none, failed or took longer than TIMEOUT.
        """
        try:
            result = self._run(*arguments, **options)
        except subprocess.TimeoutExpired as error:
            raise LayoutError(f"no answer within {error.timeout} seconds") from None
        if result.returncode != 0:
            raise LayoutError(f"exit code {result.returncode}: {result.stderr}")
        try:
            value, _ = json.JSONDecoder().raw_decode(result.stdout.rpartition(RECORD_SEPARATOR)[2].lstrip())
        except json.JSONDecodeError:
            raise LayoutError(f"no answer: the interpreter ended early, and printed {result.stdout!r}") from None
        # Translate paths after decoding, because JSON escapes their backslashes.
        return self._with_host_paths(value)

    def _run(self, *arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
        defaults = {"capture_output": True, "text": True, "encoding": "utf-8", "cwd": "/", "timeout": TIMEOUT}
        settings: dict[str, Any] = defaults | options | {"env": clean_environment(self.environment)}
        result = subprocess.run([self.python, *arguments], **settings)
        if self.platform.loses_programs and result.returncode != 0 and not result.stdout + result.stderr:
            result = subprocess.run([self.python, *arguments], **settings)
        return result

    def _with_host_paths(self, value: Json) -> Json:
        """Return a value of JSON with the platform's paths translated to this machine's."""
        if isinstance(value, dict):
            return {key: self._with_host_paths(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._with_host_paths(item) for item in value]
        return self.platform.host_paths(value) if isinstance(value, str) else value

    def evaluate(self, code: str, **options: object) -> Json:
        """Run code and return the value it assigned to `result`, which JSON must be able to hold."""
        return self.json("-c", f"{code}\nimport json; print({RECORD_SEPARATOR!r} + json.dumps(result))", **options)

    def ask(
        self,
        questions: Mapping[str, Any],
        modules: Iterable[str],
        *,
        flags: tuple[str, ...] = (),
        threads: int = 1,
        **options: object,
    ) -> dict[str, Any]:
        """Import modules in a fresh interpreter, each in `threads` threads, and return what `layout_probe.py` saw."""
        # Passed as code, not as a file, since an ordinary user may not be able to read a checkout.
        arguments = [f"--threads={threads}", json.dumps(questions), *modules]
        seen: dict[str, Any] = self.json(*flags, "-c", PROBE.read_text(), *arguments, **options)
        return seen

    def with_environment(self: AnyLayout, **variables: str | Path) -> AnyLayout:
        """Return the same layout with more environment variables."""
        added = {name: str(value) for name, value in variables.items()}
        return replace(self, environment={**self.environment, **added})


@contextlib.contextmanager
def folder_for_layouts(platform: Platform) -> Iterator[Path]:
    """Make a temporary folder that every user can enter, and prepare the platform to run its programs."""
    platform.start()
    with tempfile.TemporaryDirectory(prefix="layouts-") as directory:
        Path(directory).chmod(0o755)
        yield Path(directory).resolve()


class Layouts:
    """Makes layouts for copies of a platform's interpreter, below `directory`, of the wheels that `wheel` finds."""

    def __init__(self, directory: Path, platform: Platform, wheel: Callable[[str], Path]) -> None:
        self.directory = directory
        self.platform = platform
        self.wheel = wheel
        self.made = 0

    def layout(self, places: Mapping[str, str], *, beside: tuple[Path, ...] = ()) -> Layout:
        """Return a layout; `places` maps distributions to places.

        A virtual environment also gets what is in the site-packages of `beside`.
        """
        there = {place: frozenset(name for name, its in places.items() if its == place) for place in PLACES}
        environment = {}
        folders = {}
        if there["user"]:
            folders["user"] = self.user_base(there["user"])
            environment["PYTHONUSERBASE"] = str(folders["user"])
        if there["target"]:
            folders["target"] = self.target(there["target"])
            environment["PYTHONPATH"] = str(folders["target"])
        python = self.interpreter(there["system"])
        folders["system"] = python.parents[1]
        if there["venv"] or beside:
            python = self.venv(python, there["venv"], beside)
            folders["venv"] = python.parents[1]
        return Layout(python, environment, {name: folders[place] for name, place in places.items()}, self.platform)

    @functools.cache
    def interpreter(self, packages: Packages) -> Path:
        """Return a copy of the interpreter that has packages in its own site-packages."""
        first = self.interpreter(NOTHING).parents[1] if packages else None
        python = self.platform.copy_interpreter(self.new_directory("system", packages), like=first)
        self.install(python, packages)
        return python

    @functools.cache
    def user_base(self, packages: Packages) -> Path:
        """Return a PYTHONUSERBASE with packages."""
        directory = self.new_directory("user", packages)
        self.install(self.interpreter(NOTHING), packages, "--user", environment={"PYTHONUSERBASE": str(directory)})
        return directory

    @functools.cache
    def target(self, packages: Packages) -> Path:
        """Return a folder for PYTHONPATH with packages."""
        directory = self.new_directory("target", packages)
        self.install(self.interpreter(NOTHING), packages, "--target", directory)
        return directory

    @functools.cache
    def venv(self, base: Path, packages: Packages, beside: tuple[Path, ...]) -> Path:
        """Return the interpreter of a virtual environment with packages, and with what is in other site-packages."""
        python = self.new_venv(base, packages)
        for there in (self.installed(packages), *beside):
            shutil.copytree(there, self.platform.site_packages(python), dirs_exist_ok=True)
        return python

    @functools.cache
    def installed(self, packages: Packages) -> Path:
        """Return a site-packages into which pip installed packages, to copy into virtual environments.

        Nothing in it names its environment, and copying takes a hundredth of the time of installing.
        """
        python = self.new_venv(self.interpreter(NOTHING), packages)
        self.install(python, packages)
        return self.platform.site_packages(python)

    def new_venv(self, base: Path, packages: Packages) -> Path:
        """Return the interpreter of a new virtual environment for packages, which sees those of its base."""
        return self.platform.make_venv(base, self.new_directory("venv", packages))

    def install(
        self, python: Path, packages: Packages, *options: str | Path, environment: Mapping[str, str] = {}
    ) -> None:
        """Install wheels with pip, without their requirements, whose places the layout decides."""
        if packages:
            files = [self.wheel(package) for package in sorted(packages)]
            self.pip(python, "--no-deps", *options, *files, environment=environment)

    def pip(self, python: Path, *arguments: str | Path, environment: Mapping[str, str] = {}) -> None:
        """Run this environment's pip for another interpreter, without network."""
        command: list[str | Path] = [python, PIP_RUNNER, "install"]
        if not self.platform.runs_pip:
            options = ["--only-binary=:all:", *self.platform.pip_options()]
            command = [sys.executable, "-m", "pip", "install", *options]
            if "--target" not in arguments:
                folder = self.folder_of_scheme(python, user="--user" in arguments, environment=environment)
                arguments = ("--target", folder, *(argument for argument in arguments if argument != "--user"))
        run([*command, "--quiet", "--no-index", *arguments], clean_environment(environment))

    def folder_of_scheme(self, python: Path, *, user: bool, environment: Mapping[str, str]) -> Path:
        """Return the folder in which an interpreter's pip would install packages."""
        if self.platform.prefix_is_in_memory and not user:
            return self.platform.site_packages(python)
        code = "import site; result = site.getusersitepackages()" if user else PURELIB
        return Path(Layout(python, environment, platform=self.platform).evaluate(code))

    def new_directory(self, place: str, packages: Packages) -> Path:
        """Make a directory whose name says what it is for."""
        self.made += 1
        directory = self.directory / "-".join([f"{self.made:02}", place, *sorted(packages)])
        directory.mkdir(mode=0o755)
        return directory
