"""Write the stubs in template/, each of which includes a file of the example: `python rendering/stubs.py [--check]`.

The tables say which files a project gets and when, and what in them is not for every project.
"""

import argparse
import json
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "template"
HEAD = "@% from 'rendering/example.jinja' import example with context %@"

# Patterns of the example's files that a project has, the first that matches counts: on what answer, "" for always. The
# answer decides about all that the pattern's fixed part names: where that is a folder, no empty one is left.
INCLUDED = {
    ".github/*": "",
    "libfoo/abi/*": None,
    "libfoo/*": "starter",
    "libfoo-wheel/libfoo/_init.c": "starter",
    "libfoo-wheel/libfoo/_libraries.py.in": "by_meson",
    "libfoo-wheel/meson.build": "in_tree",
    "libfoo-wheel/pyproject.toml": "in_tree",
    "libfoo-wheel/upstream.py": "in_tree",
    "libfoo-wheel/subprojects/*": "in_tree",
    "libfoo-wheel/discovery/meson.build": "by_meson",
    "libfoo-wheel/*": "",
    "consumer-ext/README.md": "starter",
    "consumer-ext/consumer_ext/__init__.py": "starter",
    "consumer-ext/consumer_ext/_ext.*": "starter",
    "consumer-ext/consumer_ext/nested/*": "starter",
    "consumer-ext/*": "",
    "consumer-pure/README.md": "starter",
    "consumer-pure/consumer_pure/__init__.py": "starter",
    "consumer-pure/*": "",
    "tests/conftest.py": "",
    "tests/test_api.py": "",
    "tests/test_controls.py": "",
    "tests/test_faults.py": "",
    "tests/test_hardening.py": "",
    "tests/test_layouts.py": "",
    "tests/test_loader.py": "",
    "tests/test_order.py": "",
    "tests/test_places.py": "",
    "tests/test_pollution.py": "c",
    "tests/test_stub.py": "",
    "tests/build_options.py": "",
    "tests/exporters.py": "",
    "tests/installed.py": "",
    "tests/pins.py": "",
    "tests/release.py": "",
    "tests/repair.py": "",
    "tests/sdists.py": "",
    "tests/audit/conftest.py": "",
    "tests/audit/test_licences.py": "",
    "tests/audit/test_promises.py": "",
    "tests/audit/test_wheels.py": "",
    "tests/workflows/test_template.py": None,
    "tests/workflows/test_tox.py": None,
    "tests/workflows/*": "",
    **{
        f"tests/support/{name}.py": ""
        for name in (
            *(
                "__init__",
                "builds",
                "cache",
                "capabilities",
                "edits",
                "elf",
                "environment",
                "hosted",
                "interpreters",
                "layouts",
            ),
            *("launcher", "libraries", "loaders", "package", "packages", "probe", "promises", "repair", "sources"),
            *("subinterpreters", "target_type", "toml", "wheel_files", "wheels"),
        )
    },
    ".gersemirc": "not by_meson",
    **dict.fromkeys([".clang-format", ".gitattributes", "LICENSE", "meson.format", "ruff.toml"], ""),
    **dict.fromkeys(["build-requirements.txt", "cibuildwheel.toml"], ""),
}

# What is called otherwise in the paths of a project, the longest first, and what answers that: see also `renamed()`.
NAMES = {
    "foo-config": "@{ cmake_config }@",
    "foo.pc": "@{ pkgconfig_name }@.pc",
    "libfoo": "@{ module }@",
    "foo": "@{ stem }@",
}

# Folders that not every project has, whatever is in them: on what answer.
FOLDERS = {"consumer-pure": "pure"}


def passage(name: str, first: str, last: str = "") -> str:
    """Return a file's text, from one that is in it up to another, or to its end."""
    text = (ROOT / name).read_text(encoding="utf-8")
    start = text.index(first)
    return text[start : text.index(last, start) if last else None]


TESTS, RELEASE, DEPENDABOT = ".github/workflows/tests.yml", ".github/workflows/release.yml", ".github/dependabot.yml"

# What of a file a project does not have, or has otherwise: texts that the file has once. (Names are not told here.)
EDITS: dict[str, list[tuple[str, str]]] = {
    # Other platforms, and the report of all.
    TESTS: [
        (", py314t, py315t, audit]", ", audit]"),
        ("          - {machine: x86-64, environment: docs}\n", ""),
        (passage(TESTS, "          - {machine: x86-64, environment: real}", "    runs-on:"), ""),
        ("            3.14t\n            3.15t\n", ""),
        (passage(TESTS, "      - uses: actions/upload-artifact@"), ""),
    ],
    RELEASE: [
        ("name: versions, requirements, ABI\n", "name: versions, requirements\n"),
        (passage(RELEASE, "      - run: sudo apt-get", "      - run: pip"), ""),
        ("      - run: tox run --skip-missing-interpreters=false -e abi\n", ""),
    ],
    DEPENDABOT: [("directories: [/, /cross, /cross/windows]", "directories: [/]")],
    # How long lines are, the library's name decides.
    "ruff.toml": [
        ('  "D107",', '  "E501",\n  "D107",'),
        ('[lint.isort]\nknown-first-party = ["benchmarks", "cross", "rendering"]\n\n', ""),
    ],
    # In which order a library's headers are included, the answer decides.
    ".clang-format": [
        ("ColumnLimit: 120", "ColumnLimit: 0"),
        ("IndentWidth: 4\n", "IndentWidth: 4\nSortIncludes: Never\n"),
    ],
}

# The same, but not for projects that begin with the example's library.
EDITS_WITHOUT_STARTER = {
    "consumer-ext/meson.build": [
        (
            "py.extension_module('_ext', 'consumer_ext/_ext.c', subdir: 'consumer_ext', kwargs: extension)\n",
            "py.extension_module(\n"
            "  '_ext',\n"
            "  ['consumer_ext/_ext.c', 'consumer_ext/smoke_test.c'],\n"
            "  subdir: 'consumer_ext',\n"
            "  kwargs: extension,\n"
            ")\n",
        ),
        (
            "py.extension_module('_C', 'consumer_ext/nested/_C.c', subdir: 'consumer_ext/nested', kwargs: extension)\n",
            "",
        ),
        (
            "py.install_sources(\n"
            "  'consumer_ext/nested/__init__.py',\n"
            "  'consumer_ext/nested/_C.pyi',\n"
            "  subdir: 'consumer_ext/nested',\n"
            ")\n",
            "",
        ),
    ],
    "consumer-pure/consumer_pure/_requirement.py": [
        ("# The same, as foo_version_number() has it.\nVERSIONS = range(0x010100, 0x020000)\n", ""),
    ],
    "consumer-ext/consumer_ext/__main__.py": [
        ("_build, _ext\n", "_build\n"),
        ("libfoo {_ext.library_version()}, {get", "{get"),
    ],
}


def condition(name: str) -> tuple[str | None, int]:
    """Return on what answer a project has a file, None if never, and which part of its path the answer decides on."""
    for pattern, answer in INCLUDED.items():
        if fnmatchcase(name, pattern):
            return answer, pattern.count("/") - pattern.endswith("/*")
    return None, 0


def renamed(name: str) -> str:
    """Return a path with the names of answers: the library's for its own sources, the package's for what exports it."""
    name = re.sub(r"(^|/subprojects/|/src/)libfoo(?=[/.])", r"\1@{ library_name }@", name)
    for old, new in NAMES.items():
        name = name.replace(old, new)
    return name


def stubs() -> dict[str, str]:
    """Return the content of each stub, by its path below template/."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = {}
    for name in filter(None, listed.split("\0")):
        answer, depth = condition(name)
        if answer is None:
            continue
        parts = renamed(name).split("/")
        if answer:
            parts[depth] = f"@% if {answer} %@{parts[depth]}@% endif %@"
        if answer := FOLDERS.get(parts[0]):
            parts[0] = f"@% if {answer} %@{parts[0]}@% endif %@"
        arguments = [json.dumps(name)]
        if edits := EDITS.get(name):
            arguments.append(json.dumps(edits))
        if edits := EDITS_WITHOUT_STARTER.get(name):
            arguments.append(f"[] if starter else {json.dumps(edits)}")
        found["/".join(parts) + ".tpl"] = f"{HEAD}@{{ example({', '.join(arguments)}) }}@"
    return found


def stale(wanted: dict[str, str]) -> list[str]:
    """Return the paths of stubs that are missing, not as `wanted`, or of no file that projects have."""
    there = {
        path.relative_to(TEMPLATE).as_posix(): text
        for path in TEMPLATE.rglob("*.tpl")
        if (text := path.read_text(encoding="utf-8")).startswith(HEAD)
    }
    return sorted(name for name in {*there, *wanted} if there.get(name) != wanted.get(name))


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a stub is missing or stale")
    check = parser.parse_args().check
    wanted = stubs()
    wrong = stale(wanted)
    if check and wrong:
        sys.exit(f"Run `tox -e render`. Stubs that are missing, stale or of no file: {', '.join(wrong)}")
    for name in wrong:
        path = TEMPLATE / name
        if name in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[name], encoding="utf-8", newline="\n")
        else:
            path.unlink()
            # An empty folder would be one in every project.
            for folder in path.parents:
                if any(folder.iterdir()):
                    break
                folder.rmdir()


if __name__ == "__main__":
    main()
