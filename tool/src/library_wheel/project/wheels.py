"""Builds the project's packages from the working tree, with uncommitted edits: sdists, and wheels from the sdists."""

import hashlib
import inspect
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename

from .. import cache, processes, variables
from ..cache import made_once
from .builds import CACHE, PINS, STEPS, build, build_for_platform, build_requirements, repair, without_isolation
from .libraries import compiler
from .packages import EXPORTER, PACKAGES, ROOT, SOURCES
from .platform import PLATFORM
from .sources import last_change, snapshot, working_tree

# Everything that affects how wheels are built, besides the packages themselves and the platform's own files.
RECIPES = (
    *([PINS] if PINS.is_file() else []),
    STEPS,
    *(Path(__file__).with_name(f"{name}.py") for name in ("builds", "launcher", "sources", "wheels")),
    *(Path(inspect.getfile(module)) for module in (cache, processes, variables)),
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wheelhouse:
    """A folder with the packages' sdists and wheels, and with repaired wheels in its folder `repaired`."""

    directory: Path

    def sdist(self, distribution: str) -> Path:
        """Return the distribution's sdist."""
        return self._one(self.directory, f"{normalised(distribution)}-*.tar.gz")

    def wheel(self, distribution: str) -> Path:
        """Return the wheel from the build backend, before the repair."""
        return self._one(self.directory, f"{normalised(distribution)}-*.whl")

    def consumer(self, distribution: str) -> list[Path]:
        """Return the repaired wheels of a consumer and of the exporters it requires, except the main exporter."""
        others = [name for name in PACKAGES[distribution].requires if name != EXPORTER]
        return [self.repaired(name) for name in (*others, distribution)]

    def repaired(self, distribution: str) -> Path:
        """Return the wheel to publish, with its manylinux tag; a pure one needs no repair."""
        return self._one(self.directory / "repaired", f"{normalised(distribution)}-*.whl")

    @staticmethod
    def _one(directory: Path, pattern: str) -> Path:
        (path,) = directory.glob(pattern)
        return path


def normalised(distribution: str) -> str:
    """Return a distribution's name in the form that file names have."""
    return canonicalize_name(distribution).replace("-", "_")


def make_wheels(tree: Path, output: Path, *, older: Sequence[Wheelhouse] = ()) -> Wheelhouse:
    """Build and repair every package of a tree, two at a time.

    A wheel in `older` that works for this interpreter is used instead of a new one.
    """
    (output / "repaired").mkdir()
    made = Wheelhouse(output)

    def make(distribution: str) -> None:
        if have := next((house for house in older if is_for_this_interpreter(house.wheel(distribution))), None):
            for file in (have.sdist(distribution), have.wheel(distribution)):
                shutil.copy2(file, output)
            shutil.copy2(have.repaired(distribution), output / "repaired")
            return
        for exporter in PACKAGES[distribution].requires:
            finished[exporter].result()
        logger.info("building %s", distribution)
        folder = tree / PACKAGES[distribution].folder
        if PLATFORM.is_foreign:
            build_for_platform(folder, output)
        else:
            build(folder, output, using=build_requirements())
        exporters = [made.wheel(name) for name in PACKAGES[distribution].requires]
        repair(made.wheel(distribution), output / "repaired", exporters=exporters)

    finished: dict[str, Future[None]] = {}
    pool = ThreadPoolExecutor(max_workers=2)
    try:
        for distribution in PACKAGES:
            finished[distribution] = pool.submit(make, distribution)
        for future in finished.values():
            future.result()
    finally:
        pool.shutdown(cancel_futures=True)
    return made


def build_wheel(
    tree: Path, distribution: str, output: Path, *options: str, environment: Mapping[str, str] = {}
) -> None:
    """Build the wheel of a distribution from a tree, against the exporters in `output`.

    Builds without isolation take two thirds of the time. `build` still checks that all requirements are installed.
    """
    folder = tree / PACKAGES[distribution].folder
    if PLATFORM.is_foreign:
        build_for_platform(folder, output, *options)
        return
    with tempfile.TemporaryDirectory() as exporters:
        for wheel in output.glob("*.whl"):
            shutil.unpack_archive(wheel, exporters, format="zip")
        environment = {**without_isolation(Path(exporters)), **environment}
        build(folder, output, "--wheel", "--no-isolation", *options, using=output, environment=environment)


def is_for_this_interpreter(wheel: Path) -> bool:
    """Return whether pip would install a wheel for the interpreter under test."""
    return not parse_wheel_filename(wheel.name)[3].isdisjoint(PLATFORM.tags())


def wheelhouse(before_build: Callable[[], None] = lambda: None) -> Wheelhouse:
    """Return the wheels of the working tree, built at the first call and whenever a source has changed."""
    directories = cached("as-it-stands")
    older = [Wheelhouse(directory) for directory in directories[:-1] if directory.is_dir()]

    def make(unfinished: Path) -> None:
        before_build()
        with tempfile.TemporaryDirectory() as temporary:
            make_wheels(snapshot(Path(temporary)), unfinished, older=older)

    return Wheelhouse(made_once(directories[-1], make, "building the wheels"))


def variant(edit: Callable[[Path], None], *distributions: str) -> Wheelhouse:
    """Return unrepaired wheels of distributions, by default the exporter, from the edited working tree.

    They include the exporters that these require, which are only edited if they are named.
    """

    def make(unfinished: Path) -> None:
        with tempfile.TemporaryDirectory() as temporary:
            tree = snapshot(Path(temporary), edit)
            for distribution in distributions or (EXPORTER,):
                for exporter in set(PACKAGES[distribution].requires).difference(distributions):
                    shutil.copy2(wheelhouse().wheel(exporter), unfinished)
                build_wheel(tree, distribution, unfinished)

    # The whole module, because the function may use its constants.
    source = hashlib.sha256(Path(inspect.getfile(edit)).read_bytes()).hexdigest()[:8]
    name = "-".join([edit.__name__, source, *distributions])
    directories = cached(name)
    # An older interpreter may have built stable-ABI wheels.
    directory = next(filter(Path.is_dir, directories), directories[-1])
    return Wheelhouse(made_once(directory, make, f"building {name}"))


def cached(name: str) -> list[Path]:
    """Return the cache's folders for builds of the current sources, by older interpreters and this one.

    A stable-ABI wheel works for the interpreter that built it and newer ones.
    """
    digest = hashlib.sha256(repr([compiler("C"), compiler("C++"), last_change()]).encode())
    for file in (*(ROOT / source for source in working_tree(*SOURCES)), *RECIPES, *PLATFORM.recipes()):
        digest.update(f"{file} {os.access(file, os.X_OK)}\n".encode() + file.read_bytes())
    directory = CACHE / f"wheels-{PLATFORM.name}-{digest.hexdigest()[:12]}"
    return [directory / f"cp3{minor}" / name for minor in range(10, PLATFORM.version[1] + 1)]
