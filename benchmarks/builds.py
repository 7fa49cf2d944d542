"""Consumers' wheels from their sdists: wheels that share an exporter's library, and wheels with a bundled copy."""

import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from library_wheel.processes import run
from library_wheel.project.builds import build, build_requirements, build_tools, repair, reproducible_environment
from library_wheel.project.edits import replace_once
from library_wheel.project.packages import LIBRARY_FILE
from library_wheel.project.sources import copy_files, snapshot
from library_wheel.project.wheels import Wheelhouse

from . import peers
from .timing import WrongCaseError

BLAS_SONAME = "libscipy_openblas.so"

SHARED, BUNDLED = "shared", "bundled"


def without_exporter(tree: Path) -> None:
    """Remove consumer-ext's requirements on the wheel of libfoo, for the build and at run time."""
    project = tree / "consumer-ext" / "pyproject.toml"
    replace_once(project, ', "libfoo>=1.1,<2"]', "]")
    replace_once(project, 'dependencies = ["libfoo>=1.1,<2"]', "dependencies = []")


def make_prefix(directory: Path, package: Path) -> Path:
    """Return a folder that looks like an installed system libfoo, with the exporter's own library."""
    prefix = directory / "prefix"
    (prefix / "lib" / "pkgconfig").mkdir(parents=True)
    shutil.copytree(package / "include", prefix / "include")
    shutil.copy2(package / LIBRARY_FILE, prefix / "lib")
    (prefix / "lib" / "libfoo.so").symlink_to(LIBRARY_FILE)
    (prefix / "lib" / "pkgconfig" / "foo.pc").write_text(
        f"Name: foo\nDescription: libfoo\nVersion: 1.1.0\nCflags: -I{prefix}/include\nLibs: -L{prefix}/lib -lfoo\n"
    )
    return prefix


class Builds:
    """Builds consumers in both ways, in its own folder."""

    def __init__(self, directory: Path, wheels: Wheelhouse, exporter: Path) -> None:
        self.directory = directory
        self.prefix = make_prefix(directory, exporter)
        self.using = shutil.copytree(build_requirements(), directory / "using")
        shutil.copy2(wheels.wheel("libfoo"), self.using)
        self.sdist = wheels.sdist("consumer-ext")
        # The real pkg-config, instead of the Python program of that name, which PyPI's pkgconf puts on PATH.
        self.environment = {"PKG_CONFIG": str(build_tools() / "pkgconf" / ".bin" / "pkgconf")}
        tree = snapshot(directory / "tree", without_exporter)
        self.build_for_system(tree / "consumer-ext", directory, "--sdist")
        (self.bundling_sdist,) = directory.glob("*.tar.gz")

    def shared(self) -> Path:
        """Build consumer-ext without changes; return the wheel to publish."""
        output = self.new_directory()
        build(self.sdist, output, "--wheel", using=self.using, environment=self.environment)
        (wheel,) = output.glob("*.whl")
        return repaired(wheel, f"--exclude={LIBRARY_FILE}")

    def bundled(self) -> Path:
        """Build consumer-ext against the system's libfoo and let auditwheel bundle that; return the wheel."""
        output = self.new_directory()
        self.build_for_system(self.bundling_sdist, output, "--wheel")
        (wheel,) = output.glob("*.whl")
        return grafted(wheel, self.prefix / "lib")

    def build_for_system(self, source: Path, output: Path, option: str) -> None:
        """Build a project that finds the system's libfoo through pkg-config."""
        environment = {**self.environment, "PKG_CONFIG_LIBDIR": str(self.prefix / "lib" / "pkgconfig")}
        options = [option, "-Csetup-args=-Dlibfoo=system"]
        build(source, output, *options, using=self.using, environment=environment)

    def blas(self) -> dict[str, Path]:
        """Build the consumer of OpenBLAS; return the wheel that shares it and the one that bundles it."""
        package = peers.unpacked("scipy-openblas32") / "scipy_openblas32"
        tree = self.new_directory()
        copy_files(tree, "benchmarks/consumer-blas")
        output = self.new_directory()
        environment = {"CPATH": str(package / "include"), "LIBRARY_PATH": str(package / "lib")}
        project = tree / "benchmarks" / "consumer-blas"
        build(project, output, "--wheel", using=self.using, environment=environment)
        (wheel,) = output.glob("*.whl")
        shared = repaired(wheel, f"--exclude={BLAS_SONAME}")
        return {SHARED: shared, BUNDLED: grafted(wheel, package / "lib")}

    def new_directory(self) -> Path:
        """Return an empty folder."""
        return Path(tempfile.mkdtemp(dir=self.directory))


def repaired(wheel: Path, *options: str) -> Path:
    """Return a wheel repaired by auditwheel for publishing, without the exporter's library."""
    output = wheel.parent / SHARED
    repair(wheel, output, *options)
    (result,) = output.glob("*.whl")
    expect_libraries(result, 0)
    return result


def grafted(wheel: Path, libraries: Path) -> Path:
    """Return a wheel into which auditwheel has bundled the library in a folder."""
    output = wheel.parent / BUNDLED
    environment = {**reproducible_environment(), "LD_LIBRARY_PATH": str(libraries)}
    run([sys.executable, "-m", "auditwheel", "repair", "--wheel-dir", output, wheel], environment)
    (result,) = output.glob("*.whl")
    expect_libraries(result, 1)
    return result


def expect_libraries(wheel: Path, count: int) -> None:
    """Raise WrongCaseError unless a wheel has this many shared libraries, besides its extension modules."""
    with zipfile.ZipFile(wheel) as archive:
        libraries = [name for name in archive.namelist() if Path(name).name.startswith("lib") and ".so" in name]
    if len(libraries) != count:
        raise WrongCaseError(f"{wheel.name} has the libraries {libraries}, but should have {count}")
