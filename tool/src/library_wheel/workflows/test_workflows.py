"""The hosted workflows are valid and safe, the commands that they run exist, and each mistake is noticed."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from .. import pyproject
from ..project.builds import PINS, build_system
from ..project.packages import BINARY, CONSUMER, EXPORTER, PACKAGES, ROOT
from . import checks

Check = Callable[[Path], list[str]]
NAMES = (
    *("schema", "audit", "commands", "pins", "references", "publication", "artifacts", "limits", "order", "pinned"),
    *("options", "hardened", "versions", "environments_load", "passed"),
)
CHECKS = [getattr(checks, name) for name in NAMES]

FOLDERS = [PACKAGES[name].folder for name in BINARY]
EXPORTERS_FOLDER = PACKAGES[EXPORTER].folder


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_finds_nothing_wrong(check: Check) -> None:
    assert check(ROOT) == []


TESTS, WHEELS, RELEASE = (f".github/workflows/{name}.yml" for name in ("tests", "wheels", "release"))
CHECKOUT = r"actions/checkout@\w+ # v[\d.]+"
CONSUMERS_FOLDER = PACKAGES[CONSUMER].folder
PYPROJECT = f"{CONSUMERS_FOLDER}/pyproject.toml"
OPTIONS = "pyproject.toml"
PINNED = [pytest.mark.skipif(not PINS.is_file(), reason="builds are not pinned yet: tox -e pins")]
# The first build requirement of a consumer, and its first hash.
REQUIRED = Requirement(build_system(ROOT / CONSUMERS_FOLDER)["requires"][0]).name
FIRST_HASH = rf"\n({REQUIRED}==)(.+\n    )--hash"


@pytest.mark.parametrize(
    ("check", "file", "old", "new", "problem"),
    [
        (checks.schema, TESTS, "    timeout-minutes: ", "    timeout-minute: ", "timeout-minute"),
        (checks.schema, ".github/dependabot.yml", "interval: ", "intervall: ", "'interval' is a required property"),
        (checks.audit, TESTS, CHECKOUT, "actions/checkout@v7", "unpinned-uses"),
        (checks.audit, WHEELS, CHECKOUT, "actions/checkout@v7", "unpinned-uses"),
        (checks.audit, RELEASE, CHECKOUT, "actions/checkout@v7", "unpinned-uses"),
        (checks.audit, TESTS, "permissions: {}", "permissions: write-all", "excessive-permissions"),
        (checks.audit, TESTS, "          persist-credentials: false\n", "          fetch-depth: 1\n", "artipacked"),
        (checks.commands, TESTS, "py312, ", "py399, ", "tests.yml runs tox's environment py399"),
        (checks.commands, WHEELS, "-e wheels", "-e wheel", "wheels.yml runs tox's environment wheel,"),
        (checks.commands, RELEASE, "-e release", "-e publish", "release.yml runs tox's environment publish"),
        (checks.commands, TESTS, "run: pip install tox", "run: pip install tox && pytest", "tests.yml runs `pip"),
        (checks.pins, TESTS, r" # v[\d.]+", "", "tests.yml uses actions/checkout@"),
        (checks.pins, WHEELS, r"checkout@\w{4}", "checkout@0000", "wheels.yml uses actions/checkout@0000"),
        (checks.pins, RELEASE, r"publish@\w+", "publish@v1", "release.yml uses pypa/gh-action-pypi-publish@v1"),
        (checks.references, TESTS, "matrix.machine ==", "matrix.machin ==", "tests has no matrix.machin"),
        (checks.references, RELEASE, "needs: wheels", "needs: wheel", "check needs wheel, which is no job"),
        (checks.publication, RELEASE, "needs: exporters", "needs: check", "consumers is published before exporters"),
        (
            checks.publication,
            RELEASE,
            r"needs: \[tests, check\]",
            "needs: check",
            "exporters is published before tests",
        ),
        (checks.artifacts, WHEELS, "!dist/consumer_", "!dist/customer_", " as exporters, consumers, not as consumers"),
        (checks.artifacts, WHEELS, r"dist/\*.tar.gz", "dist/*.zip", ".tar.gz as nothing, not as exporters"),
        (checks.limits, RELEASE, "concurrency:", "env:", "release.yml has no concurrency"),
        (checks.limits, WHEELS, "    timeout-minutes: 120\n", "", "wheels.yml: wheels has no timeout"),
        (
            checks.order,
            "tox.ini",
            f"--output-dir=dist {EXPORTERS_FOLDER}",
            f"--output-dir=dist {CONSUMERS_FOLDER}",
            "before",
        ),
        pytest.param(
            checks.pinned, PYPROJECT, r'requires = \["([\w-]+)>=', r'requires = ["\1>=99', ">=99", marks=PINNED
        ),
        pytest.param(checks.pinned, PINS.name, FIRST_HASH, r"\n\1\2--has", f"requires {REQUIRED}>=", marks=PINNED),
        (checks.hardened, OPTIONS, "-strong", "", "pyproject.toml has CFLAGS=-O3 -fstack-protector "),
        (checks.options, PYPROJECT, r"\Z", "\n[tool.cibuildwheel.test-comand]\n", "'test-comand' was unexpected"),
        (checks.options, OPTIONS, "test-command", "test-comand", "'test-comand' was unexpected"),
        (checks.versions, TESTS, "py312, ", "", "tests.yml, environments: ['3.12']"),
        (checks.versions, TESTS, "            3.14\n", "", "tests.yml, interpreters: ['3.14']"),
        (checks.versions, PYPROJECT, '">=3.10"', '">=3.11"', "requires-python: ['3.10']"),
        (checks.versions, PYPROJECT, "Python :: 3 :: Only", "Python :: 3.9", "classifiers: ['3.9'"),
        (checks.versions, "tox.ini", "py314, ", "", "cibuildwheel: ['3.14']"),
        (checks.versions, OPTIONS, "archs = ", "skip = 'cp313-*'\narchs = ", "cibuildwheel: ['3.13']"),
        (checks.environments_load, "tox.ini", "    AR\n", "    AR RANLIB\n", "cannot contain whitespace"),
        (checks.passed, "tox.ini", "    NODE_EXTRA_CA_CERTS\n", "", "sdists does not pass NODE_EXTRA_CA_CERTS"),
        (checks.passed, "tox.ini", "    \\*_PROXY\n", "", "lint does not pass ALL_PROXY, all_proxy"),
    ],
)
def test_a_mistake_is_noticed(tmp_path: Path, check: Check, file: str, old: str, new: str, problem: str) -> None:
    pins = [PINS.name] if PINS.is_file() else []
    for name in (".github", "tox.ini", OPTIONS, *pins, *(package.folder for package in PACKAGES.values())):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, tmp_path / name)
    text = (tmp_path / file).read_text(encoding="utf-8")
    mistaken = re.sub(old, new, text, count=1)
    assert mistaken != text
    (tmp_path / file).write_text(mistaken, encoding="utf-8")
    assert problem in "\n".join(check(tmp_path))


@pytest.mark.parametrize(
    ("command", "allowed"),
    [("python libspam-wheel/make_prefix.py", True), ("python libspam-wheel/make_prefix.py && pytest", False)],
)
def test_a_step_may_make_the_folder_that_a_library_is_taken_from(tmp_path: Path, command: str, allowed: bool) -> None:
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    shutil.copy2(ROOT / "tox.ini", tmp_path)
    file = tmp_path / TESTS
    text = file.read_text(encoding="utf-8").replace("run: pip install tox\n", f"run: {command}\n", 1)
    file.write_text(text, encoding="utf-8")
    assert command in text
    assert (checks.commands(tmp_path) == []) is allowed


@pytest.mark.parametrize("folder", FOLDERS)
def test_cibuildwheel_builds_for_every_platform(folder: str) -> None:
    suffixes = {"linux": ("manylinux_", "musllinux_"), "macos": ("macosx_",), "windows": ("win_",)}
    for platform, its in suffixes.items():
        identifiers = checks.identifiers(ROOT, platform, folder)
        assert all(f"cp310-{suffix}" in identifiers and f"cp315-{suffix}" in identifiers for suffix in its)


@pytest.mark.parametrize("folder", FOLDERS)
def test_cibuildwheel_builds_for_free_threaded_cpythons_unless_a_package_says_it_cannot(folder: str) -> None:
    says = pyproject.read(ROOT / folder).get("tool", {}).get("cibuildwheel", {})
    assert ("cp315t-" in checks.identifiers(ROOT, "linux", folder)) is ("skip" not in says)
