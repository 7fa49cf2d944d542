"""Layouts of the packages under test, also with editable installs, and the assertions about them."""

import contextlib
import functools
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from .. import layouts
from ..layouts import NOTHING, PROBE, folder_for_layouts
from ..platforms.platform import Platform
from .builds import build_system, build_variables, compiled_once, without_isolation
from .elf import read_elf
from .packages import ANSWER, EXPORTER, EXPORTERS, EXPRESSION, LIBRARY_FILE, MODULE, PACKAGES, ROOT
from .platform import PLATFORM
from .sources import snapshot
from .wheels import Wheelhouse

PLACES = (*layouts.PLACES, "editable")

QUESTIONS = {
    "libraries": [LIBRARY_FILE],
    "exporters": {PACKAGES[name].module: PACKAGES[name].libraries for name in EXPORTERS},
    "expression": EXPRESSION,
}


@dataclass(frozen=True)
class Layout(layouts.Layout):
    """An interpreter, the environment in which it sees a layout's packages, and the folder of each package."""

    platform: Platform = PLATFORM
    # The folder with an exporter's libraries, if it is another one.
    libraries: Mapping[str, Path] = field(default_factory=dict)

    def probe(self, *modules: str, **options: object) -> dict[str, Any]:
        """Import modules in a fresh interpreter and return what `layout_probe.py` saw, with options of `ask()`."""
        settings: dict[str, Any] = options
        return self.ask(QUESTIONS, modules, **settings)

    def mapped(self, code: str, library: str = LIBRARY_FILE) -> list[str]:
        """Run code and return the mapped files whose names are like a library's."""
        probe = f"probe = {{'__name__': 'probe'}}\nexec({PROBE.read_text()!r}, probe)"
        images: list[str] = self.evaluate(f"{code}\n{probe}\nresult = probe['images']({library!r})")
        return images

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

    def error(self, module: str, **options: object) -> dict[str, Any]:
        """Import a module and return its ImportError: `type`, `message`, `name` and `path`."""
        error: dict[str, Any] = self.probe(module, **options)["error"]
        return error

    def at(self, directory: Path) -> "Layout":
        """Return a layout with everything in one folder on PYTHONPATH."""
        return Layout(self.python, {"PYTHONPATH": str(directory)}, dict.fromkeys(PACKAGES, directory))


def extension_module(package: Path) -> Path:
    """Return the first extension module of a package that PLATFORM can import."""
    files = sorted(package.iterdir())
    return next(file for file in files if file.name == PLATFORM.extension(file.name.partition(".")[0]))


@contextlib.contextmanager
def temporary_layouts(wheels: Callable[[], Wheelhouse]) -> Iterator["Layouts"]:
    """Make layouts in a temporary folder, which every user can enter."""
    with folder_for_layouts(PLATFORM) as directory:
        yield Layouts(directory, wheels)


class Editable(NamedTuple):
    """A source tree, and a site-packages into which pip installed it in editable mode.

    The installed files contain the tree's absolute path, so a copy of them in another environment works as well.
    """

    tree: Path
    site_packages: Path


class Layouts(layouts.Layouts):
    """Makes layouts of the wheels that `wheels` builds at its first call. Editable exporters need no wheels."""

    def __init__(self, directory: Path, wheels: Callable[[], Wheelhouse]) -> None:
        super().__init__(directory, PLATFORM, lambda package: self.wheels.repaired(package))
        self.make_wheels = wheels

    @functools.cached_property
    def wheels(self) -> Wheelhouse:
        """The wheels, which the first use builds."""
        return self.make_wheels()

    def layout(self, places: Mapping[str, str], *, beside: tuple[Path, ...] = ()) -> Layout:
        """Return a layout; `places` maps distributions to places.

        A virtual environment also gets what is in the site-packages of `beside`. A consumer's other
        requirements are where the exporter is, unless `places` names a place.
        """
        ours = [PACKAGES[name] for name in places if name in PACKAGES and EXPORTER in places]
        required = {name for package in ours for name in package.requires}
        places = {**dict.fromkeys(sorted(required), places.get(EXPORTER, "")), **places}
        editable = {name: self.editable(name) for name, place in sorted(places.items()) if place == "editable"}
        others = {name: place for name, place in places.items() if name not in editable}
        made = super().layout(others, beside=(*beside, *(its.site_packages for its in editable.values())))
        homes = {**made.homes, **{name: its.tree for name, its in editable.items()}}
        # In an editable install, meson-python keeps compiled files in the source tree; scikit-build-core does not.
        backends = {name: build_system(ROOT / PACKAGES[name].folder)["build-backend"] for name in editable}
        folder = made.python.parents[1]
        moved = {name: folder for name, backend in backends.items() if backend == "scikit_build_core.build"}
        return Layout(made.python, made.environment, homes, libraries=moved)

    @functools.cache
    def other_copies(self, library: str = LIBRARY_FILE) -> list[str]:
        """Return the file that the loader finds without our packages: this machine's own copy, if it has one."""
        load = f"import ctypes; ctypes.CDLL({library!r})"
        found = f"try: {load}; result = True\nexcept OSError: result = False"
        # Emscripten's loader also lists libraries that it did not find.
        return self.layout({}).mapped(load, library) if self.layout({}).evaluate(found) else []

    @functools.cache
    def editable(self, package: str) -> Editable:
        """Install a package in editable mode, built against exporters' wheels."""
        python = self.new_venv(self.interpreter(NOTHING), frozenset({package}))
        tree = snapshot(python.parents[1] / "src")
        exporters = self.target(frozenset(PACKAGES[package].requires))
        folder = tree / PACKAGES[package].folder
        # Built with the same options as its wheel, so that only one of the two builds compiles.
        environment = {**build_variables(), **compiled_once(folder)}
        self.pip_without_isolation(python, "--editable", folder, path=[exporters], environment=environment)
        return Editable(tree, PLATFORM.site_packages(python))

    def private(self, *wheels: Path, below: str = "") -> Layout:
        """Return a layout that a test may damage, with wheels in a folder on PYTHONPATH.

        Unpacking them takes a hundredth of the time of `pip install --target`, with the same result.
        """
        directory = self.new_directory("private", NOTHING) / below
        self.unpack(directory, *wheels)
        return Layout(self.interpreter(NOTHING)).at(directory)

    def unpack(self, directory: Path, *wheels: Path) -> None:
        """Unpack wheels into a folder."""
        for wheel in wheels:
            shutil.unpack_archive(wheel, directory, format="zip")

    def with_system_libraries(self, libraries: Sequence[Path], *wheels: Path) -> Layout:
        """Return a private layout in which the loader finds libraries without an exporter, like in conda.

        In conda, the interpreter and its extension modules have an RPATH to the environment's lib folder. Unlike a
        RUNPATH, the interpreter's RPATH also works for the needs of libraries, unless they have a RUNPATH of their own.
        """
        python = PLATFORM.copy_interpreter(self.new_directory("conda", NOTHING))
        folder = python.parents[1] / "lib"
        for library in libraries:
            shutil.copy2(library, folder / (read_elf(library.read_bytes()).soname or library.name))
        for file in (python, *folder.glob("python*/lib-dynload/_ctypes.*.so")):
            subprocess.run(["patchelf", "--force-rpath", "--set-rpath", folder, file], check=True)
        return replace(self.private(*wheels), python=python)

    def pip_without_isolation(
        self, python: Path, *arguments: str | Path, path: Sequence[Path] = (), environment: Mapping[str, str] = {}
    ) -> None:
        """Build with the tools and packages on `path`. meson-python's editable installs need this."""
        environment = {**PLATFORM.environment, **without_isolation(*path), **environment}
        self.pip(python, "--no-deps", "--no-build-isolation", *arguments, environment=environment)
