"""Layouts: which package is installed where, for one interpreter.

The places, by the names of the schemes that pip installs into:

    system     the interpreter's own site-packages
    user       the user's, below PYTHONUSERBASE
    venv       a virtual environment that also sees system and user
    target     a folder on PYTHONPATH, filled by `pip install --target`
    editable   a virtual environment with `pip install --editable` of a source tree

Each combination of packages in a place is installed once, for all layouts that have it: tests must not change it.
"""

import contextlib
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import pip

from .builds import build_system, build_variables, compiled_once, without_isolation
from .cache import run
from .elf import read_elf
from .environment import clean_environment
from .interpreters import IS_EMSCRIPTEN, UNDER_TEST, copy_interpreter, make_venv, site_packages
from .library import ANSWER, EXPRESSION
from .packages import EXPORTER, EXPORTERS, LIBRARY_FILE, MODULE, PACKAGES, ROOT
from .sources import snapshot
from .target import TARGET
from .wheels import Wheelhouse

PLACES = ("system", "user", "venv", "target", "editable")
PROBE = Path(__file__).with_name("probe.py")

# This environment's pip, for another interpreter to run: as `pip --python` does it, which starts one pip to start
# the other.
PIP_RUNNER = Path(pip.__file__).with_name("__pip-runner__.py")

PURELIB = "import sysconfig; result = sysconfig.get_path('purelib')"

QUESTIONS = {
    "libraries": [LIBRARY_FILE],
    "exporters": {PACKAGES[name].module: PACKAGES[name].libraries for name in EXPORTERS},
    "expression": EXPRESSION,
}

Packages = frozenset[str]
NOTHING: Packages = frozenset()


@dataclass(frozen=True)
class Layout:
    """An interpreter, the environment in which it sees the packages of a layout, and the folder each of them is in."""

    python: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    homes: Mapping[str, Path] = field(default_factory=dict)
    # Where the libraries of an exporter are, if not there.
    libraries: Mapping[str, Path] = field(default_factory=dict)

    def run(self, *arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
        """Run the interpreter; capture its output as text."""
        result = self._run(*arguments, **options)
        if TARGET.host_paths:
            result.stdout, result.stderr = TARGET.host_paths(result.stdout), TARGET.host_paths(result.stderr)
        return result

    def json(self, *arguments: str | Path, **options: object) -> dict:
        """Run the interpreter and return what it printed as JSON. Raise AssertionError if it failed."""
        result = self._run(*arguments, **options)
        assert result.returncode == 0, f"exit code {result.returncode}: {result.stderr}"
        # Backslashes are JSON's own, too: only strings that were decoded have paths to translate.
        return with_host_paths(json.loads(result.stdout))

    def _run(self, *arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
        defaults = {"capture_output": True, "text": True, "encoding": "utf-8", "cwd": "/", "timeout": 120}
        settings = defaults | options | {"env": clean_environment(self.environment)}
        result = subprocess.run([self.python, *arguments], **settings)
        if TARGET.loses_programs and result.returncode != 0 and not result.stdout + result.stderr:
            result = subprocess.run([self.python, *arguments], **settings)
        return result

    def evaluate(self, code: str, **options: object) -> object:
        """Run code and return the value it assigned to `result`, by way of JSON."""
        return self.json("-c", f"{code}\nimport json; print(json.dumps(result))", **options)

    def probe(self, *modules: str, flags: tuple[str, ...] = (), threads: int = 1, **options: object) -> dict:
        """Import modules in a fresh interpreter, in so many threads at once, and return what `probe.py` saw."""
        # As code, not as a file: an ordinary user may not be able to read a checkout.
        arguments = [f"--threads={threads}", json.dumps(QUESTIONS), *modules]
        return self.json(*flags, "-c", PROBE.read_text(), *arguments, **options)

    def mapped(self, code: str, library: str = LIBRARY_FILE) -> list[str]:
        """Run code and return the files named like a library that are mapped into the process then."""
        probe = f"probe = {{'__name__': 'probe'}}\nexec({PROBE.read_text()!r}, probe)"
        return self.evaluate(f"{code}\n{probe}\nresult = probe['images']({library!r})")

    def assert_one_copy(self, *distributions: str, **options: object) -> None:
        """Import distributions in this order; assert that each is where it should be and uses the exporters' copies."""
        seen = self.probe(*(PACKAGES[name].module for name in distributions), **options)
        assert "error" not in seen, seen
        assert MODULE in seen["exporters"]
        for distribution, package in PACKAGES.items():
            if package.module in seen["files"]:
                assert Path(seen["files"][package.module]).is_relative_to(self.homes[distribution])
        for exporter in EXPORTERS:
            for library in seen["exporters"].get(PACKAGES[exporter].module, ()):
                assert Path(library["own"]).is_relative_to(self.libraries.get(exporter, self.homes[exporter]))
                assert library["images"] == [os.path.realpath(library["own"])] == [library["loaded"]]
        assert all(answer == ANSWER for answer in seen["answers"].values()), seen["answers"]

    def error(self, module: str, **options: object) -> dict:
        """Import a module and return its ImportError: `type`, `message`, `name` and `path`."""
        return self.probe(module, **options)["error"]

    def at(self, directory: Path) -> "Layout":
        """Return a layout with everything in one folder on PYTHONPATH."""
        return Layout(self.python, {"PYTHONPATH": str(directory)}, dict.fromkeys(PACKAGES, directory))

    def with_environment(self, **variables: str | Path) -> "Layout":
        """Return the same layout with more environment variables."""
        added = {name: str(value) for name, value in variables.items()}
        return replace(self, environment={**self.environment, **added})


def with_host_paths(value: object) -> object:
    """Return a value of JSON in which strings that are the target's paths are this machine's."""
    if TARGET.host_paths is None:
        return value
    if isinstance(value, dict):
        return {key: with_host_paths(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_host_paths(item) for item in value]
    return TARGET.host_paths(value) if isinstance(value, str) else value


@contextlib.contextmanager
def temporary_layouts(wheels: Callable[[], Wheelhouse]) -> Iterator["Layouts"]:
    """Make layouts in a temporary folder, which every user can enter."""
    if TARGET.start:
        TARGET.start()
    with tempfile.TemporaryDirectory(prefix="layouts-") as directory:
        Path(directory).chmod(0o755)
        yield Layouts(Path(directory).resolve(), wheels)


class Editable(NamedTuple):
    """A source tree, and a site-packages into which pip installed it in editable mode.

    What is in there names the tree by its absolute path: a copy in another environment is as good.
    """

    tree: Path
    site_packages: Path


class Layouts:
    """Makes layouts for copies of the running interpreter, below `directory`."""

    def __init__(self, directory: Path, wheels: Callable[[], Wheelhouse]) -> None:
        self.directory = directory
        self.make_wheels = wheels
        self.made = 0

    @functools.cached_property
    def wheels(self) -> Wheelhouse:
        """The wheels, once one is needed: an editable exporter needs none."""
        return self.make_wheels()

    def layout(self, places: Mapping[str, str]) -> Layout:
        """Return a layout; `places` maps distributions to places.

        What a consumer requires besides the exporter is where that is, unless `places` says where.
        """
        ours = [PACKAGES[name] for name in places if name in PACKAGES and EXPORTER in places]
        required = {name for package in ours for name in package.requires}
        places = {**dict.fromkeys(sorted(required), places.get(EXPORTER)), **places}
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
        if there["venv"] or there["editable"]:
            python = self.venv(python, there["venv"], there["editable"])
            folders["venv"] = python.parents[1]
        homes = {
            name: self.editable(name).tree if place == "editable" else folders[place] for name, place in places.items()
        }
        # Of an editable install, meson-python has what it compiled in the source tree, scikit-build-core does not.
        backends = {name: build_system(ROOT / PACKAGES[name].folder)["build-backend"] for name in there["editable"]}
        moved = {name: folders["venv"] for name, backend in backends.items() if backend == "scikit_build_core.build"}
        return Layout(python, environment, homes, moved)

    @functools.cache
    def other_copies(self, library: str = LIBRARY_FILE) -> list[str]:
        """Return the file that the loader finds without any package of ours: this machine's own copy, if it has one."""
        load = f"import ctypes; ctypes.CDLL({library!r})"
        found = f"try: {load}; result = True\nexcept OSError: result = False"
        # Emscripten's loader also lists what it has not found.
        return self.layout({}).mapped(load, library) if self.layout({}).evaluate(found) else []

    @functools.cache
    def interpreter(self, packages: Packages) -> Path:
        """Return a copy of the interpreter that has packages in its own site-packages."""
        first = self.interpreter(NOTHING).parents[1] if packages else None
        python = copy_interpreter(self.new_directory("system", packages), like=first)
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
    def venv(self, base: Path, packages: Packages, editables: Packages) -> Path:
        """Return the interpreter of a virtual environment with packages, some of them in editable mode."""
        python = self.new_venv(base, packages | editables)
        for there in (self.installed(packages), *(self.editable(name).site_packages for name in sorted(editables))):
            shutil.copytree(there, site_packages(python), dirs_exist_ok=True)
        return python

    @functools.cache
    def installed(self, packages: Packages) -> Path:
        """Return a site-packages into which pip installed packages, for all virtual environments.

        Nothing in there names the environment: a copy in another is as good, and takes a hundredth of the time.
        """
        python = self.new_venv(self.interpreter(NOTHING), packages)
        self.install(python, packages)
        return site_packages(python)

    def new_venv(self, base: Path, packages: Packages) -> Path:
        """Return the interpreter of a new virtual environment for packages, which sees those of its base."""
        directory = self.new_directory("venv", packages)
        return make_venv(base, directory)

    @functools.cache
    def editable(self, package: str) -> Editable:
        """Install a package in editable mode, built against exporters' wheels."""
        python = self.new_venv(self.interpreter(NOTHING), frozenset({package}))
        tree = snapshot(python.parents[1] / "src")
        exporters = self.target(frozenset(PACKAGES[package].requires))
        folder = tree / PACKAGES[package].folder
        # As its wheel is built: then only one of the two compiles.
        environment = {**build_variables(), **compiled_once(folder)}
        self.pip_without_isolation(python, "--editable", folder, path=[exporters], environment=environment)
        return Editable(tree, site_packages(python))

    def private(self, *wheels: Path, below: str = "") -> Layout:
        """Return a layout of its own, which a test may damage, with wheels in a folder on PYTHONPATH.

        They are unpacked, which takes a hundredth of the time that `pip install --target` takes and gives the same.
        """
        directory = self.new_directory("private", NOTHING) / below
        self.unpack(directory, *wheels)
        return Layout(self.interpreter(NOTHING)).at(directory)

    def unpack(self, directory: Path, *wheels: Path) -> None:
        """Unpack wheels into a folder."""
        for wheel in wheels:
            shutil.unpack_archive(wheel, directory, format="zip")

    def with_system_libraries(self, libraries: Sequence[Path], *wheels: Path) -> Layout:
        """Return a private layout in which the loader finds libraries by itself, as in an environment of conda.

        There the interpreter and its extension modules have an RPATH to the environment's lib folder. Unlike RUNPATH,
        the interpreter's serves also what others load, if that has no RUNPATH of its own.
        """
        python = copy_interpreter(self.new_directory("conda", NOTHING))
        folder = python.parents[1] / "lib"
        for library in libraries:
            shutil.copy2(library, folder / read_elf(library.read_bytes()).soname)
        for file in (python, *folder.glob("python*/lib-dynload/_ctypes.*.so")):
            subprocess.run(["patchelf", "--force-rpath", "--set-rpath", folder, file], check=True)
        return replace(self.private(*wheels), python=python)

    def install(
        self, python: Path, packages: Packages, *options: str | Path, environment: Mapping[str, str] = {}
    ) -> None:
        """Install wheels with pip, each alone: the layout decides where its requirements are."""
        if packages:
            files = [self.wheels.repaired(package) for package in sorted(packages)]
            self.pip(python, "--no-deps", *options, *files, environment=environment)

    def pip_without_isolation(
        self, python: Path, *arguments: str | Path, path: Sequence[Path] = (), environment: Mapping[str, str] = {}
    ) -> None:
        """Build with the tools and what else is on `path`, as meson-python wants it for editable installs."""
        environment = {**TARGET.environment, **without_isolation(*path), **environment}
        self.pip(python, "--no-deps", "--no-build-isolation", *arguments, environment=environment)

    def pip(self, python: Path, *arguments: str | Path, environment: Mapping[str, str] = {}) -> None:
        """Run this environment's pip for another interpreter, without network."""
        command = [python, PIP_RUNNER, "install"]
        if TARGET.emulator or IS_EMSCRIPTEN:
            # Under an emulator pip takes half a minute, and in Pyodide it can't start what it needs: it unpacks from
            # here what that interpreter's would choose.
            command = [sys.executable, "-m", "pip", "install", "--only-binary=:all:", *UNDER_TEST.pip_options()]
            if "--target" not in arguments:
                folder = self.folder_of_scheme(python, user="--user" in arguments, environment=environment)
                arguments = ("--target", folder, *(argument for argument in arguments if argument != "--user"))
        run([*command, "--quiet", "--no-index", *arguments], clean_environment(environment))

    def folder_of_scheme(self, python: Path, *, user: bool, environment: Mapping[str, str]) -> Path:
        """Return the folder in which an interpreter's pip would install packages."""
        if IS_EMSCRIPTEN and not user:
            return site_packages(python)  # its own scheme's is a folder in memory
        code = "import site; result = site.getusersitepackages()" if user else PURELIB
        return Path(Layout(python, environment).evaluate(code))

    def new_directory(self, place: str, packages: Packages) -> Path:
        """Make a directory whose name tells what it is for."""
        self.made += 1
        directory = self.directory / "-".join([f"{self.made:02}", place, *sorted(packages)])
        directory.mkdir(mode=0o755)
        return directory
