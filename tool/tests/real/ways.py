"""Ways of sharing a library between wheels, each with an exporter, two consumers, and the modules to import.

The wheels are from PyPI, in the versions given here. If PyPI lacks two consumers, they are made from a few lines of C.
If it has only a tool that makes exporters, the exporter is made as well.
"""

import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from environments import extension, library, wheel
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from library_wheel.platforms.platform import Platform

CACHE = platformdirs.user_cache_path("library-wheel") / "ways"
NO_WHEELS = "there are no wheels for musl"
# The options for libraries that need no libc, so that they run with any.
ANY_LIBC = "-nostdlib"


@dataclass(frozen=True)
class Wheels:
    """The wheels of a way, on one platform."""

    exporters: Sequence[Path]
    consumers: Sequence[Path]
    # Installed with the exporters, and with the consumers.
    with_exporters: Sequence[Path]
    with_consumers: Sequence[Path]
    # The way's own wheels from PyPI, to check.
    published: Sequence[Path]


Make = Callable[[Path, Mapping[str, Path]], list[Path]]


@dataclass(frozen=True)
class Way:
    """A way of sharing a library."""

    name: str
    # A pattern for the names of the files to count, and the modules to import, in this order.
    library: str = ""
    modules: tuple[str, ...] = ()
    # Requirements of wheels from PyPI: exporters, consumers, wheels to install with the exporters, and wheels to
    # install on both sides, because they prepare each site-packages that contains them.
    exporters: tuple[str, ...] = ()
    consumers: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    both: tuple[str, ...] = ()
    # Functions that make exporters and consumers. They get the wheels above by distribution.
    make_exporters: Make | None = None
    make_consumers: Make | None = None
    # The reason why it is not run on musl, and not checked if there are no wheels.
    not_on_musl: str = ""
    # The reason why it is not run, though there may be wheels to check.
    not_run: str = ""

    def wheels(self, platform: Platform, folder: Path) -> Wheels:
        """Download and make the wheels for a platform."""
        published = {
            requirement: download(requirement, platform)
            for requirement in (*self.exporters, *self.consumers, *self.beside, *self.both)
        }
        by_name = {str(canonicalize_name(Requirement(text).name)): path for text, path in published.items()}
        exporters = [published[requirement] for requirement in self.exporters]
        exporters += self.make_exporters(folder, by_name) if self.make_exporters else []
        consumers = [published[requirement] for requirement in self.consumers]
        consumers += self.make_consumers(folder, {**by_name, **named(exporters)}) if self.make_consumers else []
        both = [published[requirement] for requirement in self.both]
        beside = [published[requirement] for requirement in self.beside]
        about = [published[requirement] for requirement in (*self.exporters, *self.consumers)]
        return Wheels(exporters, consumers, [*beside, *both], both, about)


def named(wheels: Sequence[Path]) -> dict[str, Path]:
    """Return wheels by distribution."""
    return {str(parse_wheel_filename(wheel.name)[0]): wheel for wheel in wheels}


class NoDownloadError(Exception):
    """A wheel that pip can't download."""


def download(requirement: str, platform: Platform) -> Path:
    """Return the wheel that a requirement names, downloaded by pip if it is not there yet."""
    folder = CACHE / platform.name
    parsed = Requirement(requirement)
    (version,) = (specifier.version for specifier in parsed.specifier)
    pattern = f"{canonicalize_name(parsed.name).replace('-', '_')}-{version}-*.whl"
    if not (found := sorted(folder.glob(pattern))):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        command += ["--dest", str(folder), *platform.pip_options(), requirement]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise NoDownloadError(f"pip can't download {requirement}: {result.stderr.strip().splitlines()[-1]}")
        found = sorted(folder.glob(pattern))
    (path,) = found
    return path


def consumers(code: str, *, library: str = "", calls: str = "") -> Make:
    """Return a function that makes two consumers, whose packages run `code` before they import an extension module.

    The module is linked to a file of an exporter's wheel, `DISTRIBUTION/PATH`, or calls its function without a link.
    """

    def make(folder: Path, wheels: Mapping[str, Path]) -> list[Path]:
        links = [unpacked(folder, wheels, library)] if library else []
        made = []
        for name in ("consumer_one", "consumer_two"):
            module = extension(folder / name / "_ext.abi3.so", *links, calls=calls, options=(ANY_LIBC,))
            contents = {f"{name}/__init__.py": f"{code}\nfrom . import _ext\n", f"{name}/_ext.abi3.so": module}
            made.append(wheel(folder, name, contents, platform="any"))
        return made

    return make


def unpacked(folder: Path, wheels: Mapping[str, Path], file: str) -> Path:
    """Unpack a file of a wheel, `DISTRIBUTION/PATH`, and return its path."""
    distribution, _, member = file.partition("/")
    with zipfile.ZipFile(wheels[distribution]) as archive:
        return Path(archive.extract(member, folder / "unpacked"))


def made_library(folder: Path, name: str) -> Path:
    """Compile a library whose SONAME is its file's name."""
    return library(folder / "library" / name, ANY_LIBC)


def with_stub(folder: Path, wheels: Mapping[str, Path]) -> list[Path]:  # noqa: ARG001
    """Make an exporter with a stub."""
    foo = made_library(folder, "libfoo.so.1")
    stub = extension(folder / "stub" / "_init.abi3.so", foo, runpath="$ORIGIN", options=(ANY_LIBC,))
    contents = {"libfoo/__init__.py": "from . import _init", "libfoo/_init.abi3.so": stub, "libfoo/libfoo.so.1": foo}
    return [wheel(folder, "libfoo", contents, platform="any")]


def of_dynamic_library(folder: Path, wheels: Mapping[str, Path]) -> list[Path]:  # noqa: ARG001
    """Make an exporter that dynamic-library loads, by its entry point."""
    contents: dict[str, str | Path] = {
        "libfoo/__init__.py": "",
        "libfoo/libfoo.so": made_library(folder, "libfoo.so"),
        "libfoo-1.0.dist-info/entry_points.txt": "[dynamic_library]\nfoo = libfoo\n",
    }
    return [wheel(folder, "libfoo", contents, platform="any")]


PROJECT = """
[build-system]
requires = ["hatchling", "hatch-nativelib"]
build-backend = "hatchling.build"
[project]
name = "libfoo"
version = "1.0"
[[tool.hatch.build.hooks.nativelib.pcfile]]
pcfile = "libfoo/foo.pc"
description = "foo"
shared_libraries = ["foo"]
"""


def of_hatch_nativelib(folder: Path, wheels: Mapping[str, Path]) -> list[Path]:  # noqa: ARG001
    """Build an exporter with hatch-nativelib."""
    project = folder / "project"
    (project / "libfoo").mkdir(parents=True)
    (project / "libfoo" / "__init__.py").touch()
    (project / "pyproject.toml").write_text(PROJECT)
    made_library(folder, "libfoo.so").rename(project / "libfoo" / "libfoo.so")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", folder, project], check=True)
    (made,) = folder.glob("libfoo-*.whl")
    return [made]


CMEEL = ("cmeel-assimp==6.0.5", "cmeel-octomap==1.10.0", "cmeel-qhull==8.0.2.1", "cmeel-zlib==1.3.2")
CMEEL += ("cmeel-console-bridge==1.0.2.3", "cmeel-tinyxml2==11.0.0", "cmeel-urdfdom==6.0.0", "numpy==2.4.6")
ROBOTPY = ("robotpy-native-wpinet==2026.2.2", "robotpy-native-wpimath==2026.2.2", "robotpy-wpiutil==2026.2.2")
MADE = ("consumer_one", "consumer_two")

WAYS = (
    Way(
        "bundling (libpq)",
        "libpq[.-]*",
        ("psycopg2", "psycopg"),
        consumers=("psycopg2-binary==2.9.13", "psycopg-binary==3.3.9"),
        beside=("psycopg==3.3.9", "typing-extensions==4.16.0"),
        not_on_musl="psycopg needs the module ssl, which the interpreter for musl does not have here",
    ),
    Way(
        "bundling (OpenBLAS)",
        "libscipy_openblas*",
        ("numpy.linalg", "scipy.linalg"),
        consumers=("numpy==2.4.6", "scipy==1.17.1"),
    ),
    Way("`native_lib_loader`", not_run="it is not on PyPI"),
    Way(
        "`scipy-openblas32`, consumers linked to it",
        "libscipy_openblas.so",
        MADE,
        exporters=("scipy-openblas32==0.3.34.481.3",),
        make_consumers=consumers(
            "import scipy_openblas32", library="scipy-openblas32/scipy_openblas32/lib/libscipy_openblas.so"
        ),
    ),
    Way(
        "`scipy-openblas32`, consumers not linked to it",
        "libscipy_openblas.so",
        MADE,
        exporters=("scipy-openblas32==0.3.34.481.3",),
        make_consumers=consumers("import scipy_openblas32", calls="scipy_openblas_get_num_threads"),
    ),
    Way(
        "cmeel (eigenpy)",
        "libeigenpy.so",
        ("coal", "pinocchio"),
        exporters=("eigenpy==3.13.0", "cmeel-boost==1.90.0"),
        consumers=("coal==3.0.3", "libcoal==3.0.3", "pin==4.1.0", "libpinocchio==4.1.0"),
        beside=CMEEL,
        both=("cmeel==0.62.0",),
        not_on_musl=NO_WHEELS,
    ),
    Way(
        "RAPIDS (rapids-logger)",
        "librapids_logger.so",
        ("rmm", "kvikio"),
        exporters=("rapids-logger==0.3.0", "librmm-cu12==26.10.0", "libkvikio-cu12==26.10.0"),
        consumers=("rmm-cu12==26.10.0", "kvikio-cu12==26.10.0"),
        beside=(
            "cuda-bindings==12.9.10",
            "cuda-pathfinder==1.9.1",
            "numpy==2.4.6",
            "nvidia-cufile-cu12==1.14.1.1",
            "packaging==26.4",
        ),
        not_on_musl=NO_WHEELS,
    ),
    Way(
        "NVIDIA's wheels",
        "libcublas.so.12",
        exporters=("nvidia-cublas-cu12==12.9.3.13",),
        not_on_musl=NO_WHEELS,
        not_run="PyTorch, whose extension modules are linked to them, was not downloaded",
    ),
    Way(
        "pyarrow (consumers made here)",
        "libarrow.so.*",
        MADE,
        exporters=("pyarrow==26.0.1",),
        make_consumers=consumers("import pyarrow", library="pyarrow/pyarrow/libarrow.so.2600"),
    ),
    Way(
        "hatch-nativelib (robotpy)",
        "libwpiutil.so",
        ("wpinet", "wpimath"),
        exporters=("robotpy-native-wpiutil==2026.2.2",),
        consumers=("robotpy-wpinet==2026.2.2", "robotpy-wpimath==2026.2.2"),
        beside=ROBOTPY,
        not_on_musl=NO_WHEELS,
    ),
    Way(
        "hatch-nativelib (made here)",
        "libfoo.so",
        MADE,
        make_exporters=of_hatch_nativelib,
        make_consumers=consumers("import libfoo._init_foo", library="libfoo/libfoo/libfoo.so"),
    ),
    Way(
        "dynamic-library (made here)",
        "libfoo.so",
        MADE,
        beside=("dynamic-library==0.2.0",),
        make_exporters=of_dynamic_library,
        make_consumers=consumers("", library="libfoo/libfoo/libfoo.so"),
    ),
    Way("conda", not_run="its packages are not on PyPI"),
    Way(
        "a stub (made here)",
        "libfoo.so.1",
        MADE,
        make_exporters=with_stub,
        make_consumers=consumers("import libfoo", library="libfoo/libfoo/libfoo.so.1"),
    ),
)
