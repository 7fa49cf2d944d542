"""Code that tests with real libraries share: sources, projects of the template, and unmodified consumers from PyPI."""

import filecmp
import hashlib
import shutil
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from packaging.tags import platform_tags

from library_wheel.cache import made_once
from library_wheel.platforms import debian
from library_wheel.processes import run
from library_wheel.project.builds import CACHE, build, build_requirements, repair
from library_wheel.project.elf import Elf, read_elf
from library_wheel.project.layouts import Layout
from library_wheel.project.wheels import Wheelhouse
from summary import count
from support.rendering import render

# The number of a project's tests about missing libraries. They are skipped, because this machine may have the library.
SKIPPED = 9

# The files that are added to each library's project after `copier copy`, by the name of its answers. Existing files are
# not edited. docs/template.md lists the same.
BY_HAND = {
    "fribidi": [],
    "libyaml": ["libyaml-wheel/licenses", "libyaml-wheel/prefix"],
    "lz4": [],
    "snappy": ["libsnappy-wheel/upstream"],
    "taglib": [],
}


def answers(library: str) -> dict[str, object]:
    """Return the answers for a library, from its file in `answers`."""
    return yaml.safe_load((Path(__file__).with_name("answers") / f"{library}.yml").read_text())


def answers_for_debians_archive(library: str) -> dict[str, object]:
    """Return the answers for a library, but with Debian's copy of the archive, which has the same hash."""
    answered = answers(library)
    return {**answered, "upstream_url": debian_source(library, answered["upstream_sha256"]).as_uri()}


def by_hand(project: Path, answers: Mapping[str, object]) -> list[str]:
    """Return the files and folders of a project that differ from those that the template makes from the answers."""

    def different(compared: filecmp.dircmp) -> Iterator[Path]:
        for name in (*compared.left_only, *compared.right_only, *compared.diff_files, *compared.funny_files):
            yield Path(compared.right, name)
        for folder in compared.subdirs.values():
            yield from different(folder)

    with tempfile.TemporaryDirectory() as fresh:
        # copier's own file contains the template's path.
        compared = filecmp.dircmp(render(Path(fresh), answers), project, ignore=[".copier-answers.yml", ".git"])
        return sorted(path.relative_to(project).as_posix() for path in different(compared))


def debian_source(package: str, sha256: str) -> Path:
    """Return the archive of the upstream source of a package in Debian 12, downloaded once."""

    def download(unfinished: Path) -> None:
        archive = debian.source_archive(unfinished, package, suite="bookworm")
        found = hashlib.sha256(archive.read_bytes()).hexdigest()
        if found != sha256:
            raise ValueError(f"{archive.name} of Debian has the SHA256 {found}, not {sha256}: another version?")

    directory = made_once(CACHE / f"source-{sha256[:12]}", download, f"downloading the source of {package}")
    (archive,) = directory.iterdir()
    return archive


def build_exporter(project: Path, output: Path, *options: str, using: Path | None = None) -> Wheelhouse:
    """Build an exporter's sdist, and from it the wheel, into `output`, and the repaired wheel into its `repaired`.

    The build happens in a copy, because it adds upstream's sources.
    """
    with tempfile.TemporaryDirectory() as temporary:
        copy = shutil.copytree(project, Path(temporary) / project.name)
        build(copy, output, *options, using=using or build_requirements())
    return repair_exporter(output)


def repair_exporter(output: Path) -> Wheelhouse:
    """Repair the exporter's wheel, the only one in `output`, for publishing, into `repaired`."""
    (output / "repaired").mkdir()
    (wheel,) = output.glob("*.whl")
    repair(wheel, output / "repaired")
    return Wheelhouse(output)


def repair_consumer(wheel: Path, output: Path, exporter: Path) -> None:
    """Repair a consumer's wheel for publishing, without bundling the exporter's library.

    auditwheel needs the platform, since it can't detect the libc if an extension calls none of its functions. Code that
    is linked to a library often calls only that library and Python.
    """
    platform = next(tag for tag in platform_tags() if tag.startswith("manylinux_"))
    repair(wheel, output, "--plat", platform, exporters=[exporter])


@dataclass(frozen=True)
class Consumer:
    """A project on PyPI that needs a native library: its sdist, and the requirements for building and testing it."""

    name: str
    version: str
    sha256: str
    build_requirements: tuple[str, ...]
    test_requirements: tuple[str, ...]

    def downloads(self) -> Path:
        """Return a folder with the sdist, its contents in `source`, and wheels in `build` and `test`; filled once."""

        def download(unfinished: Path) -> None:
            requirement = unfinished / "sdist.txt"
            requirement.write_text(f"{self.name}=={self.version} --hash=sha256:{self.sha256}")
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--dest"]
            run([*pip, unfinished, "--no-deps", f"--no-binary={self.name}", "-r", requirement])
            shutil.unpack_archive(unfinished / self.sdist, unfinished)
            (unfinished / self.sdist.removesuffix(".tar.gz")).rename(unfinished / "source")
            run([*pip, unfinished / "build", "--only-binary=:all:", *self.build_requirements])
            run([*pip, unfinished / "test", "--only-binary=:all:", *self.test_requirements])

        name = f"{self.name}-{self.version}-cp3{sys.version_info[1]}"
        return made_once(CACHE / name, download, f"downloading {self.name}")

    @property
    def sdist(self) -> str:
        """The sdist's file name."""
        return f"{self.name}-{self.version}.tar.gz"

    def build(self, output: Path, environment: Mapping[str, str], *options: str) -> None:
        """Build the wheel from the sdist."""
        downloads = self.downloads()
        build(downloads / self.sdist, output, "--wheel", *options, using=downloads / "build", environment=environment)

    def run_tests(self, layout: Layout, exporter: str, tests: Path, directory: Path, *options: str) -> int:
        """Run the consumer's own tests, with the exporter imported first; return how many passed. None may fail."""
        tools = directory / "tools"
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", tools]
        run([*pip, *sorted((self.downloads() / "test").glob("*.whl"))])
        shutil.copy2(Path(__file__).with_name("every_17th.py"), tools)
        results = directory / "results.xml"
        # No config file: the consumer's own may add options.
        pytest = ["-m", "pytest", "-p", exporter, "-c", "/dev/null", "--rootdir", directory, f"--junitxml={results}"]
        result = layout.with_environment(PYTHONPATH=tools).run(*pytest, *options, tests, timeout=900)
        assert result.returncode == 0, result.stdout[-5000:] + result.stderr
        sums, _ = count(results)
        return sums["passed"]


def environment_for_dash_l(package: Path, name: str, soname: str) -> dict[str, str]:
    """Return variables with which compilers find an exporter's headers and, with -l, its library.

    The linker looks for lib<name>.so, which a wheel lacks. For the build only, a folder beside the package gets a
    linker script of this name.
    """
    folder = package.with_name("link")
    folder.mkdir()
    (folder / f"lib{name}.so").write_text(f"INPUT({soname})\n")
    return {"CPATH": str(package / "include"), "LIBRARY_PATH": f"{folder}:{package}"}


def files(wheel: Path) -> set[str]:
    """Return the files of a wheel's packages."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name and not name.endswith("/")}


def licences(wheel: Path) -> set[str]:
    """Return the names of the licence files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {Path(name).name for name in archive.namelist() if ".dist-info/licenses/" in name and name[-1] != "/"}


def extensions(wheel: Path) -> dict[str, Elf]:
    """Return the extension modules of a wheel, by their path without suffix."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith(".so")]
        return {name.partition(".")[0]: read_elf(archive.read(name)) for name in names}


def assert_the_extension_needs_the_library(wheel: Path, name: str, soname: str) -> None:
    """Assert that a consumer has one extension, of this name, that needs the library and has no RUNPATH to it."""
    ((found, elf),) = extensions(wheel).items()
    assert found == name
    assert soname in elf.needed
    assert_no_runpath_but_the_interpreters_own(elf)


def assert_no_runpath_but_the_interpreters_own(extension: Elf) -> None:
    """Assert that an extension built by setuptools has no RUNPATH, except one of the interpreter's own.

    A CPython may be configured with LDFLAGS that every extension inherits, as pyenv's are.
    """
    flags = (sysconfig.get_config_var("LDFLAGS") or "").split()
    own = {flag.removeprefix("-Wl,-rpath,") for flag in flags if flag.startswith("-Wl,-rpath,")}
    assert extension.rpath is None
    assert set(filter(None, (extension.runpath or "").split(":"))) <= own


def mapped(layout: Layout, modules: str, part: str) -> object:
    """Import modules in a fresh interpreter; return the mapped files with `part` in their paths, or the ImportError."""
    return layout.evaluate(
        f"""
try:
    import {modules}
    result = sorted({{line.split()[-1] for line in open("/proc/self/maps") if {part!r} in line}})
except ImportError as error:
    result = str(error)
"""
    )


def assert_the_exporters_copy_is_mapped(layout: Layout, exporter: str, modules: str) -> None:
    """Assert that a consumer's modules, imported after the exporter, use only its copy of the library."""
    library = library_of(layout, exporter)
    assert Path(library).is_relative_to(layout.homes[exporter])
    assert mapped(layout, f"{exporter}, {modules}", f"/{exporter}.so") == [library]


def assert_it_is_another_file_or_none(layout: Layout, exporter: str, modules: str, refusal: str) -> None:
    """Assert that modules of a consumer that does not import the exporter use the system's library or none."""
    seen = mapped(layout, modules, f"/{exporter}.so")
    if isinstance(seen, str):
        assert refusal in seen
    else:
        assert seen
        assert library_of(layout, exporter) not in seen


def library_of(layout: Layout, exporter: str) -> str:
    """Return the file of the library in an exporter's package."""
    return layout.evaluate(f"import {exporter}; result = {exporter}.get_library()")
