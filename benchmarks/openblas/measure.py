"""Processes with NumPy and SciPy, and the results of their tests: built against the exporter, and from PyPI."""

import logging
import math
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

from library_wheel.project.layouts import Layout, Layouts, temporary_layouts
from library_wheel.project.wheels import Wheelhouse
from summary import count

from .wheels import EXPORTER, SONAME, Project, installed

# Each is in a site-packages of its own.
PLACES = {EXPORTER: "system", "numpy": "user", "scipy": "venv"}
PROBE = Path(__file__).with_name("probe.py")

IMPORT = """
try:
    import {modules}
    result = None
except ImportError as error:
    result = str(error.__cause__ or error)
"""

# The developers' own commands, with a record of the results.
RUN_TESTS = """
import sys, {module}
sys.exit(not {module}.test(extra_argv=["-p", "no:cacheprovider", "--junitxml={results}"]))
"""

# Needed by the tests, and for counting pools of threads. 3.5: knows SciPy's prefixed OpenBLAS.
TOOLS_OF_TESTS = ("hypothesis>=6", "pytest>=8", "threadpoolctl>=3.5")

logger = logging.getLogger(__name__)


def measure(ours: Wheelhouse, pypis: Wheelhouse, projects: Sequence[Project]) -> dict[str, object]:
    """Return the figures of both, and the errors without the exporter."""
    modules = [f"{project.name}.linalg" for project in projects]
    tools = installed("test-tools", TOOLS_OF_TESTS)
    figures = {}
    for name, house in {"exporter": ours, "pypi": pypis}.items():
        packages = [*([EXPORTER] if name == "exporter" else []), *(project.name for project in projects)]
        with temporary_layouts(lambda house=house: house) as layouts:
            places = {package: PLACES[package] for package in packages}
            layout = layouts.layout(places).with_environment(PYTHONPATH=tools)
            figures[name] = {
                "wheels": {package: sizes(house.repaired(package)) for package in packages},
                **used(layout, packages, modules),
                "tests": {module: tested(layout, module) for module in modules},
            }
            if name == "exporter":
                controls = refusals(layouts, house)
    check(figures["exporter"], figures["pypi"])
    return {**figures, "controls": controls}


def sizes(wheel: Path) -> dict[str, object]:
    """Return the bytes of a wheel, packed and unpacked, and of each OpenBLAS in it."""
    with zipfile.ZipFile(wheel) as archive:
        files = {Path(file.filename).name: file.file_size for file in archive.infolist()}
        unpacked = sum(file.file_size for file in archive.infolist())
    return {
        "file": wheel.name,
        "downloaded": wheel.stat().st_size,
        "installed": unpacked,
        "openblas": {name: size for name, size in files.items() if name.startswith("libscipy_openblas")},
    }


def used(layout: Layout, packages: Sequence[str], modules: Sequence[str]) -> dict[str, object]:
    """Import and use modules in a fresh interpreter; return the process's data, with placeholders for folders."""
    seen = layout.json("-c", PROBE.read_text(), *modules, timeout=600)

    def placed(path: str) -> str:
        for package in packages:
            if Path(path).is_relative_to(layout.homes[package]):
                return f"<{PLACES[package]}>/{Path(path).parent.name}/{Path(path).name}"
        raise ValueError(f"{path} belongs to no package")

    for step in seen["steps"].values():
        step["copies"] = {placed(path): size for path, size in step["copies"].items()}
    for pool in seen["pools"]:
        pool["filepath"] = placed(pool["filepath"])
    return seen


def tested(layout: Layout, module: str) -> dict[str, float]:
    """Run a module's own tests; return the numbers of passed, failed and skipped ones, and their seconds."""
    logger.info("the tests of %s", module)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as directory:
        results = Path(directory, "results.xml")
        code = RUN_TESTS.format(module=module, results=results)
        result = layout.run("-c", code, cwd=directory, timeout=3600)
        if not results.exists():
            raise RuntimeError(f"the tests of {module} did not run: {result.stdout}{result.stderr}")
        sums, _ = count(results)
        if sums["failed"]:
            logger.warning("%s", result.stdout[-5000:])
    seconds = time.monotonic() - start
    logger.info("the tests of %s: %d passed, %d failed, in %.0f s", module, sums["passed"], sums["failed"], seconds)
    return {**{key: sums[key] for key in ("passed", "failed", "skipped")}, "seconds": round(seconds)}


def refusals(layouts: Layouts, house: Wheelhouse) -> dict[str, str]:
    """Return the errors of importing NumPy beside an exporter that it does not import, and without one."""
    layout = layouts.private(house.repaired(EXPORTER), house.repaired("numpy"))
    Path(layout.environment["PYTHONPATH"], "numpy", "_distributor_init_local.py").unlink()
    seen = {
        "not imported": layout.evaluate(IMPORT.format(modules="numpy")),
        "not installed": layouts.layout({"numpy": "user"}).evaluate(IMPORT.format(modules="numpy")),
    }
    if layout.evaluate(IMPORT.format(modules=f"{EXPORTER}, numpy")) is not None:
        raise AssertionError("the control proves nothing: NumPy can't be imported after the exporter, either")
    for case, message in seen.items():
        if message is None or f"{SONAME}: cannot open shared object file" not in message:
            raise AssertionError(f"NumPy, with the exporter {case}, should fail for lack of {SONAME}: {message}")
    return seen


def check(ours: dict, pypis: dict) -> None:
    """Raise AssertionError unless both computed the same, ours with one OpenBLAS and one pool, and all tests passed."""
    for value, other in zip(ours["results"], pypis["results"], strict=True):
        assert math.isclose(value, other, rel_tol=1e-6), f"{ours['results']} is not {pypis['results']}"
    for name, step in ours["steps"].items():
        expected = [] if name == "start" else [f"<{PLACES[EXPORTER]}>/{EXPORTER}/{SONAME}"]
        assert list(step["copies"]) == expected, ours["steps"]
    (pool,) = ours["pools"]
    assert ours["steps"]["use"]["threads"] == pool["num_threads"], ours
    for module, outcome in ours["tests"].items():
        assert outcome["passed"] > 0, module
        assert outcome["failed"] == 0, module
