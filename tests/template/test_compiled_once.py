"""A project's `check` compiles each of upstream's sources once, and only what an edit changes is compiled again."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from library_wheel.project.edits import replace_once
from support.counting import compiled_by, counting_compiler
from support.rendering import outcomes, render

ANSWERS = {"name": "slow", "language": "C", "smoke_test": "slow_answer() == 42", "includes": ["slow.h"]}
UPSTREAM = {
    "include/slow.h": "int slow_answer(void);\nint slow_half(void);\nint slow_third(void);\n",
    "first.c": '#include "slow.h"\nint slow_answer(void) { return 2 * slow_half(); }\n',
    "second.c": '#include "slow.h"\n#include <assert.h>\nint slow_half(void) { assert(HALF); return HALF; }\n',
    "third.c": '#include "slow.h"\nint slow_third(void) { return 14; }\n',
    "LICENSE": "Do as you like.\n",
}
CMAKE = """
cmake_minimum_required(VERSION 3.16)
project(slow VERSION 1.0.0 LANGUAGES C)
set(SLOW_HALF 21 CACHE STRING "half of the answer")
add_library(slow first.c second.c third.c)
target_include_directories(slow PUBLIC include)
set_source_files_properties(second.c PROPERTIES COMPILE_DEFINITIONS HALF=${SLOW_HALF})
set_target_properties(slow PROPERTIES SOVERSION 1)
"""
MESON = """
project('slow', 'c', version: '1.0.0')
half = static_library(
  'half', 'second.c',
  c_args: '-DHALF=' + get_option('half'),
  include_directories: 'include',
  pic: true,
)
libslow = shared_library(
  'slow', 'first.c', 'third.c',
  include_directories: 'include',
  link_whole: half,
  soversion: '1',
)
"""

BUILD_FILES = {
    "cmake": {"CMakeLists.txt": CMAKE},
    "meson": {"meson.build": MESON, "meson.options": "option('half', type: 'string')\n"},
}
COUNTED = ("first.c", "second.c", "third.c", "_init.c")
SOURCES = {"cmake": "libslow-wheel/upstream", "meson": "libslow-wheel/subprojects/slow"}

# The file in which a project sets an option for upstream, and another value for it.
OPTIONS = {
    "cmake": ("libslow-wheel/pyproject.toml", 'SLOW_HALF = "21"', 'SLOW_HALF = "0x15"'),
    "meson": ("libslow-wheel/meson.build", "'half=21'", "'half=0x15'"),
}


# Parts of names of tests that build the library: an editable install, a variant for a negative control, the wheel.
BUILDERS = ("an_editable_exporter", "a_stub_that_calls_nothing", "the_version_is_that_of_the_distribution")


class Checks:
    """Runs the parts of a project's `check` that build the library, and counts how often upstream's sources compile."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.compiler = counting_compiler(folder)
        self.environment = {"CC": str(self.compiler), "TESTS_OBJECTS": str(folder / "objects")}
        option = "SLOW_HALF=21" if kind == "cmake" else "half=21"
        self.project = render(folder / "project", {**ANSWERS, "kind": kind, f"{kind}_options": [option]})
        for name, text in {**UPSTREAM, **BUILD_FILES[kind]}.items():
            file = self.project / SOURCES[kind] / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        self.first = self.compiled(BUILDERS)

    def compiled(self, builders: Sequence[str]) -> Counter[str]:
        """Run some of them; return how often they have compiled each of upstream's sources, and the stub."""
        before = compiled_by(self.compiler)
        files = ("--pyargs", "library_wheel.matrix.test_api", "library_wheel.matrix.test_controls")
        passed = outcomes(self.project, *files, f"-k={' or '.join(builders)}", environment=self.environment)
        assert passed == Counter(passed=len(builders))
        return Counter({name: n for name, n in (compiled_by(self.compiler) - before).items() if name in COUNTED})


@pytest.fixture(scope="module", params=["cmake", "meson"])
def checks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Checks:
    """The checks of a project of that kind, run once."""
    return Checks(request.param, tmp_path_factory.mktemp("checks"))


def test_a_check_compiles_upstream_once(checks: Checks) -> None:
    # The variant has another stub.
    assert checks.first == {"first.c": 1, "second.c": 1, "third.c": 1, "_init.c": 2}


def test_edits_of_a_source_an_upstream_option_and_the_readme_compile_only_affected_sources(checks: Checks) -> None:
    replace_once(checks.project / SOURCES[checks.kind] / "first.c", "2 * slow_half()", "slow_half() + slow_half()")
    # Only second.c uses this option.
    file, old, new = OPTIONS[checks.kind]
    replace_once(checks.project / file, old, new)
    with (checks.project / "libslow-wheel" / "README.md").open("a") as readme:
        readme.write("\nOne more line.\n")
    assert checks.compiled(BUILDERS[:1]) == {"first.c": 1, "second.c": 1}
