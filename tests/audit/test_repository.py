"""The files of the repository itself."""

import re
import subprocess
import sys
from collections import Counter

import pytest

from library_wheel.project.packages import CONSUMERS, PACKAGES, ROOT
from support.file_names import portable


def tracked() -> list[tuple[str, str]]:
    """Return mode and name of every tracked file."""
    listed = subprocess.run(["git", "ls-files", "-sz"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [(line.split()[0], line.partition("\t")[2]) for line in listed.split("\0") if line]


def test_no_file_has_a_name_that_windows_cannot_hold() -> None:
    assert [name for _, name in tracked() if not portable(name)] == []
    assert not any(map(portable, ["a:b", "aux.c", "dir/nul", "end.", "a?b", 'quo"te']))


def test_no_two_files_differ_only_by_case() -> None:
    count = Counter(name.lower() for _, name in tracked())
    assert [name for name, times in count.items() if times > 1] == []


def test_no_symbolic_link_is_tracked() -> None:
    assert [name for mode, name in tracked() if mode == "120000"] == []


def floors(text: str) -> dict[str, set[str]]:
    """Return the lowest versions that requirements in a file state, by project."""
    found: dict[str, set[str]] = {}
    code = re.sub(r"^ *#.*", "", text, flags=re.MULTILINE)
    for name, version in re.findall(r"(?<![\w.-])([a-z][\w-]+)(?:\[[\w,-]+\])?>=([\d.]+)", code):
        found.setdefault(name, set()).add(version)
    return found


def test_a_dependency_has_one_floor() -> None:
    together: dict[str, set[str]] = {}
    files = ["pyproject.toml", "tool/pyproject.toml", "tox.ini", "tests/real/conftest.py", "template/edits.yml"]
    for file in [*files, "tool/src/library_wheel/publishing/pins.py"]:
        for name, versions in floors((ROOT / file).read_text()).items():
            together.setdefault(name, set()).update(versions)
    assert {"auditwheel", "meson", "pyelftools", "pytest", "uv"} < set(together)
    # tool/pyproject.toml states the reason for the higher one.
    assert {name for name, versions in together.items() if len(versions) > 1} == {"pip"}


@pytest.mark.parametrize("name", ["loaded_file.h", "_loading_error.py", "sbom.py"])
def test_the_copies_of_a_vendored_file_are_the_same(name: str) -> None:
    copies = [ROOT / path for _, path in tracked() if path.endswith("/" + name)]
    assert len(copies) > 1
    assert len({copy.read_bytes() for copy in copies}) == 1


@pytest.mark.parametrize("name", ["library_loader.py", "loading_error.py", "shared_library.py"])
def test_a_file_to_vendor_is_short_and_needs_only_the_standard_library(name: str) -> None:
    source = (ROOT / "examples" / "vendorable" / name).read_text()
    assert len(source.splitlines()) < 110
    assert set(re.findall(r"^(?:import|from) (\w+)", source, re.MULTILINE)) <= sys.stdlib_module_names


def test_consumers_have_the_file_to_vendor() -> None:
    original = (ROOT / "examples" / "vendorable" / "loading_error.py").read_bytes()
    for consumer in CONSUMERS:
        package = PACKAGES[consumer]
        assert (ROOT / package.folder / package.module / "_loading_error.py").read_bytes() == original


def test_consumers_and_exporters_recognise_the_same_messages_of_loaders() -> None:
    files = (ROOT / "examples" / "vendorable" / "loading_error.py", ROOT / "libfoo-wheel" / "libfoo" / "diagnosis.py")
    patterns = [re.findall(r"^NAMED = .*?^\)$", file.read_text(), re.MULTILINE | re.DOTALL) for file in files]
    assert len(patterns[0]) == 1
    assert patterns[0] == patterns[1]


def test_one_consumer_shows_the_file_for_those_who_import_an_exporter_by_its_name() -> None:
    copy = ROOT / "examples" / "consumer-setuptools" / "consumer_setuptools" / "_shared_library.py"
    assert copy.read_bytes() == (ROOT / "examples" / "vendorable" / "shared_library.py").read_bytes()
