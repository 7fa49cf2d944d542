"""Packages that load one library in different ways: with the pattern, like other projects, or not at all."""

import shutil
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from library_wheel.processes import run
from library_wheel.project.builds import build
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.libraries import compiler
from library_wheel.project.packages import ANSWER, EXPORTER, EXPRESSION, LIBRARY_FILE, ROOT

from . import peers
from .timing import Import, WrongCaseError

FLOOR_CASE, DLOPEN_CASE, OURS = "floor", "floor + dlopen", "the pattern"
HATCH, DYNAMIC, CTYPES, WARM, SCIPYS = "hatch-nativelib", "dynamic-library", "ctypes", "warm ctypes", "scipy-openblas32"
CTYPES_LOADERS = (HATCH, DYNAMIC, CTYPES, SCIPYS)

HERE = Path(__file__).parent
STUB = ROOT / "libfoo-wheel" / "libfoo"

# For the stub, in place of the library's header: no library; a bare dlopen() of a given path; a call into OpenBLAS.
FLOOR = "static int fits(void) { return 1; }"
DLOPEN = """
#include <dlfcn.h>
#include <stdlib.h>
static int fits(void) { return dlopen(getenv("BENCH_LIBRARY"), RTLD_NOW) != NULL; }
"""
OPENBLAS = """
const char *scipy_openblas_get_config(void);
static int fits(void) { return scipy_openblas_get_config()[0] == 'O'; }
"""
LOADED = 'Py_BuildValue("{{s:(Nzi)}}", "{stem}", loaded_file(module, (void *)&fits, "{soname}"), NULL, fits())'


@dataclass(frozen=True)
class Library:
    """A library, of which each package contains a copy, and a check that it works.

    The check is the folder of a package whose extension `_ext` is linked to it, an expression about that extension,
    named `consumer`, and the expression's value.
    """

    name: str
    module: str
    stem: str
    file: Path
    consumer: Path
    expression: str
    answer: object

    @property
    def soname(self) -> str:
        """The name that consumers link to."""
        return self.file.name


def libfoo(exporter: Layout, consumer: Layout) -> Library:
    """Return libfoo, from the exporter's package."""
    file = home(exporter) / "libfoo" / LIBRARY_FILE
    package = home(consumer) / "consumer_ext"
    return Library("libfoo", "libfoo", "foo", file, package, EXPRESSION, ANSWER)


def openblas(consumer: Layout) -> Library:
    """Return OpenBLAS, from the wheel of SciPy's project."""
    file = peers.unpacked(SCIPYS) / "scipy_openblas32" / "lib" / "libscipy_openblas.so"
    package = home(consumer) / "consumer_blas"
    return Library("OpenBLAS", "libopenblas", "scipy_openblas", file, package, "consumer.product(100)", 1e6)


class Exporters:
    """Makes packages around a library, each in a folder of its own."""

    def __init__(self, layouts: Layouts, library: Library) -> None:
        self.layouts = layouts
        self.library = library

    def cases(self) -> dict[str, Import]:
        """Return the imports to measure, by description."""
        library = self.library
        ours = f"import {library.module}"
        ctypes = self.by_ctypes()
        cases = {
            FLOOR_CASE: self.case("a package of the same shape, without a dependency", self.floor(), ours, loads=False),
            DLOPEN_CASE: self.bare_dlopen(ours),
            OURS: self.case("an exporter that follows the pattern", self.ours(), ours),
            HATCH: self.by_hatch_nativelib(),
            DYNAMIC: self.by_dynamic_library(),
            CTYPES: self.case("a loader with ctypes and pathlib, like native_lib_loader's", ctypes, ours),
            WARM: self.case(
                "the same, in a program that has imported both", ctypes, ours, before="import ctypes, pathlib"
            ),
        }
        if library.name == "OpenBLAS":
            cases[SCIPYS] = self.scipys_own()
        return cases

    def case(self, description: str, layout: Layout, statement: str, *, loads: bool = True, before: str = "") -> Import:
        """Return the import of a package, which has one copy of the library in any of its folders."""
        name = f"lib{self.library.stem}.so"
        (file,) = home(layout).rglob(f"{name}*")
        return Import(description, layout, statement, name, (file,) if loads else (), before)

    def ours(self) -> Layout:
        """Return the exporter: the one in the wheel, or for OpenBLAS a copy of it with another library and stub."""
        layout = self.layouts.private(self.layouts.wheels.repaired("libfoo"))
        if self.library.name == "libfoo":
            return layout
        package = (home(layout) / "libfoo").rename(home(layout) / self.library.module)
        for old in (package / LIBRARY_FILE, package / "include"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        shutil.copy2(self.library.file, package)
        shutil.copytree(self.library.file.parents[1] / "include", package / "include")
        self.compile_stub(package, OPENBLAS, self.library.file, "-Wl,-rpath,$ORIGIN")
        return layout

    def floor(self, header: str = FLOOR) -> Layout:
        """Return the exporter with a stub that is not linked to the library."""
        layout = self.ours()
        self.compile_stub(home(layout) / self.library.module, header)
        return layout

    def bare_dlopen(self, statement: str) -> Import:
        """Return the import of the exporter with a stub that opens the library by its path."""
        layout = self.floor(DLOPEN)
        file = home(layout) / self.library.module / self.library.soname
        layout = layout.with_environment(BENCH_LIBRARY=file)
        return self.case("the same, with an extension that calls dlopen() on the library's path", layout, statement)

    def compile_stub(self, package: Path, fits: str, *options: str | Path) -> None:
        """Compile the exporter's own stub for this library."""
        source = package / "stub"
        source.mkdir()
        shutil.copy2(STUB / "loaded_file.h", source)
        text = (STUB / "_init.c").read_text()
        before, _, rest = text.partition("Py_BuildValue(")
        loaded = LOADED.format(stem=self.library.stem, soname=self.library.soname)
        text = before.replace('#include "foo.h"\n', fits) + loaded + rest[rest.index(";") :]
        (source / "_init.c").write_text(text)
        compile_extension(package / "_init.abi3.so", source / "_init.c", '-DWHEEL_VERSION="1"', *options)
        shutil.rmtree(source)

    def by_ctypes(self) -> Layout:
        """Return the exporter with a ctypes loader in place of the stub."""
        layout = self.ours()
        text = (HERE / "ctypes_loader.py").read_text().replace("libfoo.so.1", self.library.soname)
        (home(layout) / self.library.module / "__init__.py").write_text(text)
        return layout

    def by_hatch_nativelib(self) -> Import:
        """Return the import of the module that hatch-nativelib generates."""
        text = f"""
            [[tool.hatch.build.hooks.nativelib.pcfile]]
            pcfile = "by_hatch/{self.library.stem}.pc"
            description = "{self.library.name}"
            shared_libraries = ["{self.library.stem}"]
            """
        layout = self.by_hatchling("by_hatch", text)
        description = f"the module that hatch-nativelib {peers.VERSIONS[HATCH]} generates"
        return self.case(description, layout, f"import by_hatch._init_{self.library.stem}")

    def by_dynamic_library(self) -> Import:
        """Return the import that dynamic-library runs whenever Python starts, with one library installed."""
        text = f'[project.entry-points.dynamic_library]\n{self.library.stem} = "by_entry_point"'
        layout = self.by_hatchling("by_entry_point", text)
        peer = peers.unpacked(DYNAMIC)
        shutil.copytree(peer, home(layout), dirs_exist_ok=True)
        version = peers.VERSIONS[DYNAMIC]
        description = f"what the .pth file of dynamic-library {version} runs each time Python starts"
        return self.case(description, layout, (peer / "dynamic-library.pth").read_text().strip())

    def by_hatchling(self, module: str, text: str) -> Layout:
        """Build a package with the library, under the name that both peers look for; return it installed."""
        project = self.layouts.new_directory("project", frozenset({module}))
        (project / module).mkdir()
        (project / module / "__init__.py").touch()
        shutil.copy2(self.library.file, project / module / f"lib{self.library.stem}.so")
        (project / "pyproject.toml").write_text(
            f"""
            [build-system]
            requires = ["hatchling", "hatch-nativelib"]
            build-backend = "hatchling.build"
            [project]
            name = "{module}"
            version = "1"
            {text}
            """
        )
        environment = {"PYTHONPATH": str(peers.builders())}
        build(project, project, "--wheel", "--no-isolation", using=peers.downloads(), environment=environment)
        (wheel,) = project.glob("*.whl")
        return self.layouts.private(wheel)

    def scipys_own(self) -> Import:
        """Return the import of the wheel from which the library was taken."""
        layout = self.layouts.private(peers.wheel(SCIPYS))
        description = f"scipy-openblas32 {peers.VERSIONS[SCIPYS]} itself"
        return self.case(description, layout, "import scipy_openblas32")

    def check(self, case: Import) -> None:
        """Raise WrongCaseError unless a consumer finds a working library after the import of the case.

        After a case that does not load the library, it must not find one.
        """
        library = self.library
        consumer = f"{case.before}\n{case.statement}\nimport sys\nsys.path.insert(0, {str(library.consumer)!r})"
        result = case.layout.evaluate(
            f"{consumer}\ntry:\n import _ext as consumer\n result = {library.expression}\n"
            f"except ImportError as error:\n result = str(error)"
        )
        if case.loads and result != library.answer:
            raise WrongCaseError(f"{case.description}: with {library.name}, {library.expression} is {result}")
        if not case.loads and library.soname not in str(result):
            raise WrongCaseError(f"{case.description}: a consumer found {library.name} all the same: {result}")


def compile_extension(destination: Path, source: Path, *options: str | Path) -> None:
    """Compile an extension module for the stable ABI of CPython 3.10."""
    include = ["-DPy_LIMITED_API=0x030a0000", f"-I{sysconfig.get_path('include')}"]
    command = [*compiler(), "-O2", "-shared", "-fPIC", "-Wl,-z,now", *include, source, *options, "-o", destination]
    run(command)


def home(layout: Layout) -> Path:
    """Return the folder of a private layout."""
    return layout.homes[EXPORTER]
