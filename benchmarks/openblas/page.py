"""Renders docs/openblas.md from the figures in docs/openblas.json."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[2] / "docs"
FIGURES = DOCS / "openblas.json"
PAGE = DOCS / "openblas.md"

Figures = Mapping[str, Any]

NOT_RUN = """
**SciPy was not run.** This page describes what the command does without the option. All figures are for NumPy.
"""


def render(figures: Figures) -> str:
    """Return the page."""
    ours, pypis = figures["exporter"], figures["pypi"]
    versions, machine, controls = figures["versions"], figures["machine"], figures["controls"]
    command = "tox -e openblas" if "scipy" in versions else "tox -e openblas -- --without-scipy"
    return f"""# One OpenBLAS for NumPy and SciPy

<!-- run: tox.ini -->

    {command}

This command wrote this page and [openblas.json](openblas.json) on {figures["date"]}. It makes a wheel that exports
OpenBLAS, builds NumPy and SciPy from their sdists against that wheel, installs each in a site-packages of its own, runs
their linear-algebra tests, and compares them with PyPI's wheels of the same versions. It keeps builds in the user's
cache, and continues an interrupted build. It has run on Linux x86-64 only.
{"" if "scipy" in versions else NOT_RUN}
## What was done

- **The exporter**, `{ours["wheels"]["libopenblas"]["file"]}`, is what `copier copy` makes of
  [these answers](../benchmarks/openblas/answers.yml). The folders `prefix` and `licenses` were added to
  `libopenblas-wheel`: they contain the headers, the library and the licence in PyPI's `scipy-openblas32`
  {versions["scipy-openblas32"]}, which has libgfortran linked in. **No line** of the project is edited. The names of
  the library's functions begin with `scipy_`, so the answers define the macro `BLAS_SYMBOL_PREFIX`.{note(figures)}
- **The library's name**: its SONAME and its file name are `libscipy_openblas.so`, without a version. The exporter's
  build changes both to `libscipy_openblas.so.0`, with patchelf (`-Dcorrect_library=true`).
- **NumPy and SciPy** search for `scipy-openblas` with pkg-config before any other BLAS. `PKG_CONFIG_PATH` names the
  exporter's folder, and no build option is set. **Their sources are not edited.** Each first imports
  `_distributor_init_local.py`, a file that distributors may add. Here it contains `import libopenblas`.
- **RUNPATH**: Meson writes the folder in which it found OpenBLAS into the RUNPATH of NumPy's and SciPy's extension
  modules, and leaves it there ([mesonbuild/meson#14426](https://github.com/mesonbuild/meson/pull/14426)). patchelf
  removes this folder from the wheels. auditwheel then repairs them, with `--exclude` for the exporter's library.

## Results

At the end, the process has these copies of OpenBLAS, according to threadpoolctl:

- built against the exporter: {summary(ours)}
- from PyPI: {summary(pypis)}

Both compute the same results (systems of equations, eigenvalues).

{process_table(ours, pypis)}

*Private* is the memory that the process shares with no other. *Mapped* is the size of OpenBLAS's files in its address
space. Both are in megabytes. The main thread belongs to every pool.

The sizes of the wheels, in megabytes:

{wheel_table(ours, pypis)}

Sharing is not the only difference. PyPI's NumPy has an OpenBLAS with 64-bit integers, PyPI's SciPy one with 32-bit
integers. The exporter's has 32-bit integers. PyPI's wheels are also built with other compilers. The [end of this
page](#versions-and-builds) lists how the wheels here were built.

## The projects' own tests

`numpy.linalg.test()` and `scipy.linalg.test()` report:

{test_table(ours, pypis)}

## Without the exporter

The import of NumPy fails, because the library is missing:

| the exporter is | the error |
|---|---|
{rows(controls)}

In the first case, `_distributor_init_local.py` was removed. In the second case, the error doesn't mention the exporter,
because NumPy ignores an ImportError from that file and fails later. If NumPy's metadata required the exporter, pip
would install it; here no requirement was added.

## Versions and builds

{machine["processor"]}, {machine["processors"]} processors, {machine["memory"]}; {machine["system"]}, {machine["libc"]}.

| | version |
|---|---|
{rows(versions)}

How the projects were built:

{builds(figures["builds"])}
"""


def note(figures: Figures) -> str:
    """Return what was different when the figures were measured; nothing if the command of now measured them."""
    return f"\n  {figures['note']}" if "note" in figures else ""


def summary(figures: Figures) -> str:
    """Return the number of mapped files of OpenBLAS at the end, and the pools of threads."""
    used, pools = figures["steps"]["use"], figures["pools"]
    each = " and ".join(f"{pool['version']} with {plural(pool['num_threads'], 'thread')}" for pool in pools)
    return f"{plural(len(used['copies']), 'file')} mapped, {plural(len(pools), 'pool')} ({each})"


def plural(number: int, noun: str) -> str:
    """Return a number and a noun, in the plural if needed."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def megabytes(number: int) -> str:
    """Return bytes as text."""
    return f"{number / 1e6:.1f}"


def table(header: str, cells: list[list[str]]) -> str:
    """Return a table: its first column, followed by the same columns for each of the two."""
    columns = header.split(", ")
    head = ["", *(f"{whose}: {column}" for whose in ("exporter", "PyPI") for column in columns)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *cells])


def process_table(ours: Figures, pypis: Figures) -> str:
    """Return the process's data after each step."""

    def cells(step: Figures) -> list[str]:
        mapped = step["copies"].values()
        return [str(len(mapped)), megabytes(sum(mapped)), str(step["threads"]), megabytes(step["private"])]

    steps = [[name, *cells(step), *cells(pypis["steps"][name])] for name, step in ours["steps"].items()]
    return table("copies, mapped, threads, private", steps)


def wheel_table(ours: Figures, pypis: Figures) -> str:
    """Return the sizes of the wheels."""
    none = {"downloaded": 0, "installed": 0, "openblas": {}}

    def cells(*wheels: Figures) -> list[str]:
        openblas = sum(sum(wheel["openblas"].values()) for wheel in wheels)
        downloaded, installed = (sum(wheel[key] for wheel in wheels) for key in ("downloaded", "installed"))
        return [megabytes(downloaded), megabytes(installed), megabytes(openblas)]

    sizes = [
        [f"`{name}`", *cells(wheel), *cells(pypis["wheels"].get(name, none))] for name, wheel in ours["wheels"].items()
    ]
    together = ["together", *(cell for each in (ours, pypis) for cell in cells(*each["wheels"].values()))]
    return table("downloaded, installed, of these OpenBLAS", [*sizes, together])


def test_table(ours: Figures, pypis: Figures) -> str:
    """Return the results of the tests."""
    outcomes = ("passed", "failed", "skipped", "seconds")
    results = [
        [f"`{module}`", *(str(figures["tests"][module][key]) for figures in (ours, pypis) for key in outcomes)]
        for module in ours["tests"]
    ]
    return table(", ".join(outcomes), results)


def rows(versions: Mapping[str, str]) -> str:
    """Return rows of a table."""
    return "\n".join(f"| {name} | {version} |" for name, version in versions.items())


def builds(figures: Figures) -> str:
    """Return a list of the facts about the builds."""

    def how(build: Figures) -> str:
        flags = " ".join([f"buildtype={build['buildtype']}", *build["c_args"]])
        compilers = ", ".join(f"{language}: {name}" for language, name in build["compilers"].items())
        return f"{build['steps']} steps, {build['seconds']} s in total; `{flags}`; {compilers}"

    return "\n".join(f"- {name}: {how(build)}" for name, build in figures.items())
