"""`library-wheel env` and `loaded` report the same about environments from PyPI as ldd and glibc itself."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from environments import traced

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="ldd and LD_DEBUG are glibc's")

# The distributions to install, and the modules to import.
ENVIRONMENTS = {
    "numpy scipy": "numpy scipy.linalg scipy.optimize",
    "pillow opencv-python-headless": "PIL.Image PIL._avif cv2",
    "pyogrio rasterio fiona": "pyogrio rasterio fiona",
}


@dataclass
class Installed:
    """An environment, and the reports about it."""

    requirements: str
    modules: tuple[str, ...]
    python: Path
    env: dict[str, Any] = field(init=False)
    loaded: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        """Run both commands."""
        self.env = self.report("env")
        self.loaded = self.report("loaded", *self.modules)

    def report(self, command: str, *arguments: str) -> dict[str, Any]:
        """Run a command and return its report for programs."""
        answer: dict[str, Any] = json.loads(self.run(command, "--json", *arguments))
        return answer

    def run(self, command: str, *arguments: str) -> str:
        """Run a command and return what it prints."""
        words = [sys.executable, "-m", "library_wheel", command, "--python", self.python, *arguments]
        result = subprocess.run(words, capture_output=True, text=True, check=False)
        assert result.returncode in (0, 1), result.stderr
        return result.stdout.replace(str(self.python), ".venv/bin/python")

    def files(self) -> list[dict[str, Any]]:
        """Return the native files of all distributions."""
        return [file for distribution in self.env["distributions"] for file in distribution["files"]]


@pytest.fixture(scope="module")
def page(request: pytest.FixtureRequest) -> Iterator[list[Installed]]:
    """Collect the environments, and write the page if one is asked for."""
    collected: list[Installed] = []
    yield collected
    if (file := request.config.getoption("--page", None)) and len(collected) == len(ENVIRONMENTS):
        Path(file).write_text(text(collected))


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def installed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, page: list[Installed]
) -> Installed:
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    command = [python, "-m", "pip", "install", "--quiet", "--only-binary=:all:", *request.param.split()]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        pytest.skip(f"pip can't install {request.param}: {result.stderr.strip().splitlines()[-1]}")
    made = Installed(request.param, tuple(ENVIRONMENTS[request.param].split()), python)
    page.append(made)
    return made


def test_ldd_does_not_find_any_need_that_is_reported(installed: Installed) -> None:
    needs = [*installed.env["unmet"], *installed.env["met_if_loaded_before"]]
    for need in needs:
        assert need["needs"] in not_found(need["loaded_for"])


def test_every_library_that_ldd_does_not_find_for_a_module_is_reported(installed: Installed) -> None:
    needs = [*installed.env["unmet"], *installed.env["met_if_loaded_before"]]
    reported = {need["needs"] for need in needs}
    modules = [file["path"] for file in installed.files() if file["kind"] == "extension module"]
    assert modules
    for module in modules:
        assert not_found(module) <= reported


def not_found(path: str) -> set[str]:
    """Return the libraries that ldd does not find for a file."""
    output = subprocess.run(["ldd", path], capture_output=True, text=True, check=False).stdout
    return {line.split()[0] for line in output.splitlines() if line.endswith("not found")}


def test_every_copy_has_the_symbols_of_the_others(installed: Installed) -> None:
    for group in installed.env["copies"]:
        exported = [symbols(file["path"]) for file in group["files"]]
        # Builds differ in options, and some export symbols of libraries that are linked statically.
        smallest = min(exported, key=len)
        assert len(set.intersection(*exported)) > 0.25 * len(smallest) > 0, group["library"]


def symbols(path: str) -> set[str]:
    """Return the symbols that a library exports."""
    from library_wheel.formats import reader

    facts = reader.read(Path(path))
    assert facts
    return {symbol.name for symbol in facts.exports}


def test_glibc_found_each_library_where_the_report_says(installed: Installed, tmp_path: Path) -> None:
    glibcs = traced(installed.python, installed.modules, tmp_path)
    found = {file["path"]: file["found"]["by"] for file in installed.loaded["files"] if file["found"]}
    assert found
    assert found == {path: glibcs.get(path) for path in found}


def test_every_mapped_file_is_a_copy_on_disk(installed: Installed) -> None:
    on_disk = {os.path.realpath(file["path"]) for group in installed.env["copies"] for file in group["files"]}
    distributions = {file["path"] for file in installed.loaded["files"] if file["distribution"]}
    for paths in installed.loaded["copies"].values():
        assert {path for path in paths if path in distributions and len({*paths} & distributions) > 1} <= on_disk


def text(environments: list[Installed]) -> str:
    """Return the page."""
    parts = [PAGE.format(machine=f"{platform.machine()}, Python {platform.python_version()}")]
    for each in environments:
        parts += [f"## {each.requirements.replace(' ', ' + ')}\n", *section(each)]
    sample = environments[0]
    for command, arguments in {"env": (), "loaded": sample.modules}.items():
        words = " ".join(["library-wheel", command, "--python .venv/bin/python", *arguments])
        printed = "\n".join(line.rstrip() for line in sample.run(command, *arguments).splitlines())
        heading = f"## What `library-wheel {command}` prints for {sample.requirements.replace(' ', ' + ')}"
        block = f"<!-- printed: tox -e real-environments -->\n```console\n$ {words}\n{printed}\n```"
        parts += [heading, "", block, ""]
    return "\n".join(parts)


PAGE = """\
# Native libraries in environments from PyPI

This page shows the reports of `library-wheel env` and `library-wheel loaded` on environments with packages that bundle
their libraries (Linux, {machine}).
`tox -e real-environments` installs them, compares the reports with the output of `ldd` and of glibc's `LD_DEBUG=libs`,
and writes this page. Any difference makes it fail.
"""


def section(each: Installed) -> Iterator[str]:
    """Yield the parts of the page about an environment."""
    names = {distribution["name"]: distribution["version"] for distribution in each.env["distributions"]}
    native = [distribution for distribution in each.env["distributions"] if distribution["files"]]
    size = sum(file["size"] for file in each.files())
    listed = ", ".join(f"{distribution['name']} {distribution['version']}" for distribution in native)
    yield f"{listed}: {len(each.files())} native files, {size / 1e6:.1f} MB.\n"
    if each.env["copies"]:
        yield f"Present more than once; one copy of each would save {each.env['saved'] / 1e6:.1f} MB:\n"
        yield "| library | copies | MB to save | mapped after the imports |"
        yield "|---|---|--:|--:|"
        for group in each.env["copies"]:
            copies = ", ".join(shown(file, names) for file in group["files"])
            mapped = {os.path.realpath(file["path"]) for file in group["files"]}
            loaded = sum(file["path"] in mapped for file in each.loaded["files"])
            yield f"| `{group['library']}` | {copies} | {group['saved'] / 1e6:.1f} | {loaded} |"
        yield ""
    if several := each.env["several_versions"]:
        yield "In versions or builds that can't replace each other:\n"
        yield from (f"- {stem}: {', '.join(f'`{name}`' for name in found)}" for stem, found in several.items())
        yield ""
    unmet = [f"`{need['needs']}` by {Path(need['file']).name}" for need in each.env["unmet"]]
    yield f"Needs that nothing satisfies: {', '.join(unmet) or 'none'}.\n"
    later = [file for file in each.loaded["files"] if file["imported_with"] and file["library"]]
    yield (
        f"After `import {', '.join(each.modules)}`, {len(later)} libraries are mapped in addition to the "
        f"interpreter's; {len(each.loaded['copies'])} of them more than once: "
        f"{', '.join(f'`{name}`' for name in each.loaded['copies']) or 'none'}.\n"
    )


def shown(file: dict[str, Any], names: dict[str, str]) -> str:
    """Return a copy's distribution and the version in the file."""
    distribution = f"{file['distribution']} {names[file['distribution']]}"
    return f"{distribution} ({file['version']})" if file["version"] else distribution
