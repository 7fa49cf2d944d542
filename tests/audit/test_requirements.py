"""Each library that a wheel needs is the platform's, its own, or from a wheel that it requires in fitting versions."""

from pathlib import Path

import pytest

from library_wheel.audit.test_wheels import rewritten
from library_wheel.project.packages import BINARY, EXPORTERS
from library_wheel.project.tool import check
from library_wheel.project.wheels import Wheelhouse, variant
from support import releases


@pytest.fixture(scope="module")
def exporters(wheels: Wheelhouse) -> list[Path]:
    """The exporters, and their releases before and after."""
    others = [variant(release).wheel("libfoo") for release in (releases.release_1_0, releases.release_2_0)]
    return [*(wheels.repaired(name) for name in EXPORTERS), *others]


def test_each_wheel_gets_all_that_it_needs(wheels: Wheelhouse, exporters: list[Path]) -> None:
    assert check(*map(wheels.repaired, BINARY), beside=exporters) == []


def requiring(wheels: Wheelhouse, directory: Path, requirement: str) -> Path:
    """Return the wheel of consumer-ext with another requirement than libfoo>=1.1,<2."""

    def edit(name: str, content: bytes) -> bytes:
        if not name.endswith("/METADATA"):
            return content
        assert b"Requires-Dist: libfoo<2,>=1.1\n" in content
        return content.replace(b"Requires-Dist: libfoo<2,>=1.1\n", requirement.encode())

    return rewritten(wheels.repaired("consumer-ext"), directory, edit)


@pytest.mark.parametrize(
    ("specifier", "rule", "words"),
    [
        (None, "unrequired-provider", "the wheel does not require libfoo"),
        (
            ">=1.1",
            "release-without-library",
            "libfoo>=1.1 allows libfoo 2.0.0, which has libfoo.so.2 instead of libfoo.so.1",
        ),
        ("<2", "missing-symbol-version", "needs LIBFOO_1.1, which libfoo.so.1 of libfoo 1.0.0 does not define"),
        (">=7", "no-matching-release", "no known release satisfies the requirement libfoo>=7"),
    ],
    ids=["no requirement", "no cap", "no floor", "no release"],
)
def test_a_requirement_that_does_not_fit_is_noticed(
    wheels: Wheelhouse, exporters: list[Path], tmp_path: Path, specifier: str | None, rule: str, words: str
) -> None:
    requirement = "" if specifier is None else f"Requires-Dist: libfoo{specifier}\n"
    found = check(requiring(wheels, tmp_path, requirement), beside=exporters)
    assert [problem.library for problem in found if problem.rule == rule and words in problem.message] != []
    assert {problem.library for problem in found} == {"libfoo.so.1"}


def test_a_library_that_nothing_provides_is_noticed(wheels: Wheelhouse, tmp_path: Path) -> None:
    (problem,) = check(requiring(wheels, tmp_path, ""))
    assert (problem.rule, problem.library) == ("missing-library", "libfoo.so.1")
