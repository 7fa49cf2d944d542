"""The cost of calling libfoo: from C in the same module, from C through the loader's table, and from Python."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from library_wheel.processes import run
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.libraries import compiler
from library_wheel.project.packages import LIBRARY_FILE, ROOT

from .exporters import compile_extension, home
from .timing import MAPPED, WrongCaseError

HERE = Path(__file__).parent
SOURCES = ROOT / "libfoo" / "src"

STATIC, BUNDLED, OURS, WITH_PLT, CTYPES = (
    "static link",
    "bundled copy",
    "the pattern",
    "the pattern without -fno-plt",
    "ctypes",
)
KINDS = {
    "versions": "foo_version_number(), in C",
    "hashes": "foo_hash() of 16 bytes, in C",
    "version": "foo_version_number(), from Python",
}
COUNTS = {"versions": 5_000_000, "hashes": 1_000_000, "version": 200_000}

# For each kind, the seconds for one call, from the best of five rounds of this many calls, and their common result.
MEASURE = """
from timeit import repeat
result = {{}}
for name, count in {counts}.items():
    if name == "version":
        result[name] = [min(repeat(version, number=count, repeat=5)) / count, version()]
    elif calls is not None:
        times = [getattr(calls, name)(count) for _ in range(5)]
        (value,) = {{value for _, value in times}}
        result[name] = [min(seconds for seconds, _ in times) / count, value]
result = [result, mapped("libfoo")]
"""
IMPORT_CALLS = "import calls\nversion = calls.version\n"


@dataclass(frozen=True)
class Way:
    """A way to call the library: the code that runs first, and the library's file that this loads, if any."""

    layout: Layout
    before: str
    loads: Path | None

    def measure(self, share: float) -> dict[str, list[float]]:
        """Return the seconds and the result of each kind of call, in a fresh interpreter."""
        counts = {name: max(1, int(count * share)) for name, count in COUNTS.items()}
        result, loaded = self.layout.evaluate(MAPPED + self.before + MEASURE.format(counts=counts))
        expected = [str(self.loads)] if self.loads else []
        if loaded != expected:
            raise WrongCaseError(f"{self.before}: {loaded} is loaded, not {expected}")
        return result


def check(results: dict[str, dict[str, list[float]]]) -> None:
    """Raise WrongCaseError unless all ways have the same results."""
    for name in KINDS:
        values = {way: kinds[name][1] for way, kinds in results.items() if name in kinds}
        if len(set(values.values())) > 1:
            raise WrongCaseError(f"{KINDS[name]}: the results differ: {values}")


def ways(layouts: Layouts, exporter: Path) -> dict[str, Way]:
    """Return the ways, all linked from one object; `exporter` is the package that follows the pattern."""
    folders = {name: layouts.private() for name in (STATIC, BUNDLED, OURS, WITH_PLT, CTYPES)}
    static, bundled, ours, with_plt, ctypes = map(home, folders.values())
    include = f"-I{exporter / 'include'}"
    loop = static / "calls.o"
    # The same options as for consumer-ext.
    compile_extension(loop, HERE / "calls.c", "-c", "-fno-plt", include)

    archive = static / "libfoo.a"
    flags = ["-O3", "-fPIC", "-c", include]
    for source in SOURCES.glob("*.c"):
        run([*compiler(), *flags, source, "-o", static / f"{source.stem}.o"])
    run(["ar", "rcs", archive, *(static / f"{source.stem}.o" for source in SOURCES.glob("*.c"))])
    # The option makes the linker treat the functions as the module's own.
    compile_extension(static / "calls.abi3.so", loop, archive, "-Wl,--exclude-libs,ALL")

    for folder in (ours, with_plt):
        shutil.copytree(exporter, folder / "libfoo")
    compile_extension(ours / "calls.abi3.so", loop, exporter / LIBRARY_FILE)
    compile_extension(with_plt / "calls.abi3.so", HERE / "calls.c", include, exporter / LIBRARY_FILE)

    copy = shutil.copy2(exporter / LIBRARY_FILE, bundled / "libfoo-00000000.so.1")
    run(["patchelf", "--set-soname", copy.name, copy])
    compile_extension(bundled / "calls.abi3.so", loop, copy, "-Wl,-rpath,$ORIGIN")

    library = shutil.copy2(exporter / LIBRARY_FILE, ctypes)
    by_ctypes = f"""
import ctypes
calls = None
version = ctypes.CDLL({str(library)!r}).foo_version_number
version.restype = ctypes.c_uint32
"""
    imports = {
        STATIC: (IMPORT_CALLS, None),
        BUNDLED: (IMPORT_CALLS, copy),
        OURS: (f"import libfoo\n{IMPORT_CALLS}", ours / "libfoo" / LIBRARY_FILE),
        WITH_PLT: (f"import libfoo\n{IMPORT_CALLS}", with_plt / "libfoo" / LIBRARY_FILE),
        CTYPES: (by_ctypes, library),
    }
    return {name: Way(folders[name], *imports[name]) for name in folders}
