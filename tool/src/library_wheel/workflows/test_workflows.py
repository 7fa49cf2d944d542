"""The hosted workflows are valid and safe, the commands that they run exist, and each mistake is noticed."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from .. import pyproject
from ..project.builds import PINS, build_system
from ..project.packages import BINARY, CONSUMER, PACKAGES, ROOT
from . import checks

Check = Callable[[Path], list[str]]
NAMES = (
    *("schema", "audit", "commands", "pins", "references", "publication", "artifacts", "limits", "pinned"),
    *("options", "hardened", "versions", "environments_load", "passed"),
)
CHECKS = [getattr(checks, name) for name in NAMES]

FOLDERS = [PACKAGES[name].folder for name in BINARY]


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_finds_nothing_wrong(check: Check) -> None:
    assert check(ROOT) == []


CI = ".github/workflows/ci.yml"
CHECKOUT = r"actions/checkout@\w+ # v[\d.]+"
CONSUMERS_FOLDER = PACKAGES[CONSUMER].folder
PYPROJECT = f"{CONSUMERS_FOLDER}/pyproject.toml"
OPTIONS = "pyproject.toml"
PINNED = [pytest.mark.skipif(not PINS.is_file(), reason="builds are not pinned yet: tox -e pins")]
PUBLISHED = [pytest.mark.skipif("needs: exporters" not in (ROOT / CI).read_text(), reason="no consumers are published")]
# The first build requirement of a consumer, and its first hash.
REQUIRED = Requirement(build_system(ROOT / CONSUMERS_FOLDER)["requires"][0]).name
FIRST_HASH = rf"\n({REQUIRED}==)(.+\n    )--hash"


@pytest.mark.parametrize(
    ("check", "file", "old", "new", "problem"),
    [
        (checks.schema, CI, "    timeout-minutes: ", "    timeout-minute: ", "timeout-minute"),
        (checks.schema, ".github/dependabot.yml", "interval: ", "intervall: ", "'interval' is a required property"),
        (checks.audit, CI, CHECKOUT, "actions/checkout@v7", "unpinned-uses"),
        (checks.audit, CI, "permissions: {}", "permissions: write-all", "excessive-permissions"),
        (checks.audit, CI, "          persist-credentials: false\n", "          fetch-depth: 1\n", "artipacked"),
        (checks.commands, CI, "py312, ", "py399, ", "ci.yml runs tox's environment py399"),
        (checks.commands, CI, "-e wheels", "-e wheel", "ci.yml runs tox's environment wheel,"),
        (checks.commands, CI, "-e release", "-e publish", "ci.yml runs tox's environment publish"),
        (checks.commands, CI, "run: pip install tox", "run: pip install tox && pytest", "ci.yml runs `pip"),
        (checks.pins, CI, r" # v[\d.]+", "", "ci.yml uses actions/checkout@"),
        (checks.pins, CI, r"checkout@\w{4}", "checkout@0000", "another has 0000"),
        (checks.pins, CI, r"publish@\w+", "publish@v1", "ci.yml uses pypa/gh-action-pypi-publish@v1"),
        (checks.references, CI, "matrix.machine ==", "matrix.machin ==", "tests has no matrix.machin"),
        (checks.references, CI, "needs: wheels", "needs: wheel", "check needs wheel, which is no job"),
        pytest.param(
            *(checks.publication, CI, "needs: exporters", "needs: check", "consumers is published before exporters"),
            marks=PUBLISHED,
        ),
        (
            checks.publication,
            CI,
            r"needs: \[tests, (repository, )?check\]",
            "needs: check",
            "exporters is published before tests",
        ),
        (checks.publication, CI, r"    if: .* == 'tag' .*\n", "", "exporters is published without a tag"),
        (checks.publication, CI, "\n  exporters:", "\n  others:", "others is published before exporters"),
        pytest.param(
            *(checks.artifacts, CI, r"!dist/\w+", "!dist/customer_", " as exporters, consumers, not as consumers"),
            marks=PUBLISHED,
        ),
        (checks.artifacts, CI, r"dist/\*.tar.gz", "dist/*.zip", ".tar.gz as nothing, not as exporters"),
        (checks.limits, CI, "concurrency:", "env:", "ci.yml has no concurrency"),
        (checks.limits, CI, "    timeout-minutes: 120\n", "", "ci.yml: wheels has no timeout"),
        pytest.param(
            checks.pinned, PYPROJECT, r'requires = \["([\w-]+)>=', r'requires = ["\1>=99', ">=99", marks=PINNED
        ),
        pytest.param(checks.pinned, PINS.name, FIRST_HASH, r"\n\1\2--has", f"requires {REQUIRED}>=", marks=PINNED),
        (
            checks.hardened,
            OPTIONS,
            r"\Z",
            '\n[tool.cibuildwheel]\nlinux.environment = { CFLAGS = "-O3" }\n',
            "has CFLAGS=-O3,",
        ),
        (checks.options, PYPROJECT, r"\Z", "\n[tool.cibuildwheel.test-comand]\n", "'test-comand' was unexpected"),
        (checks.options, OPTIONS, r"\Z", "\n[tool.cibuildwheel]\ntest-comand = ''\n", "'test-comand' was unexpected"),
        (checks.versions, CI, "py312, ", "", "ci.yml, environments: ['3.12']"),
        (checks.versions, CI, "            3.14\n", "", "ci.yml, interpreters: ['3.14']"),
        (checks.versions, PYPROJECT, '">=3.10"', '">=3.11"', "requires-python: ['3.10']"),
        (checks.versions, PYPROJECT, "Python :: 3 :: Only", "Python :: 3.9", "classifiers: ['3.9'"),
        (checks.versions, "tox.ini", "py314, ", "", "cibuildwheel: ['3.14']"),
        (checks.versions, OPTIONS, r"\Z", "\n[tool.cibuildwheel]\nskip = 'cp313-*'\n", "cibuildwheel: ['3.13']"),
        (checks.environments_load, "tox.ini", r"\bAR, ", "AR RANLIB, ", "cannot contain whitespace"),
        (checks.passed, "tox.ini", r"NODE_\*, ", "", "sdists does not pass NODE_EXTRA_CA_CERTS"),
        (checks.passed, "tox.ini", r"\*_PROXY, ", "", "lint does not pass ALL_PROXY, all_proxy"),
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
    file = tmp_path / CI
    text = file.read_text(encoding="utf-8").replace("run: pip install tox\n", f"run: {command}\n", 1)
    file.write_text(text, encoding="utf-8")
    assert command in text
    assert (checks.commands(tmp_path) == []) is allowed


@pytest.mark.parametrize("folder", FOLDERS)
def test_cibuildwheel_builds_for_every_platform(folder: str) -> None:
    suffixes = {"linux": ("manylinux_", "musllinux_"), "macos": ("macosx_",), "windows": ("win_",)}
    for platform, its in suffixes.items():
        identifiers = checks.identifiers(ROOT, platform, folder)
        by_default = checks.identifiers(ROOT, platform, folder, options=False)
        for suffix in its:
            # For CPython 3.10, say. New releases of cibuildwheel add and drop versions.
            possible = set(re.findall(rf"^cp\d+-{suffix}", by_default, re.MULTILINE))
            assert possible
            assert all(beginning in identifiers for beginning in possible)


@pytest.mark.parametrize("adds", [False, True], ids=["drops a version", "adds a version"])
def test_a_new_cibuildwheel_is_no_mistake(monkeypatch: pytest.MonkeyPatch, adds: bool) -> None:
    def identifiers(root: Path, platform: str, folder: str, **options: bool) -> str:
        found = now(root, platform, folder, **options)
        minors = sorted({int(minor) for minor in re.findall(r"^cp3(\d+)-", found, re.MULTILINE)})
        newest, newer, oldest = minors[-1], minors[-1] + 1, minors[0]
        old, new = (rf"^cp3{newest}(-.*\n)", rf"cp3{newest}\1cp3{newer}\1") if adds else (rf"^cp3{oldest}-.*\n", "")
        changed = re.sub(old, new, found, flags=re.MULTILINE)
        assert changed != found
        return changed

    now = checks.identifiers
    monkeypatch.setattr(checks, "identifiers", identifiers)
    assert checks.versions(ROOT) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_cibuildwheel_builds_for_free_threaded_cpythons_unless_a_package_says_it_cannot(folder: str) -> None:
    says = pyproject.read(ROOT / folder).get("tool", {}).get("cibuildwheel", {})
    assert bool(re.search(r"^cp\d+t-", checks.identifiers(ROOT, "linux", folder), re.MULTILINE)) is ("skip" not in says)
