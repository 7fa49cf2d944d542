"""Each library that a wheel needs is the platform's, its own, or from a wheel that it requires in fitting versions."""

from pathlib import Path

import pytest
from test_wheels import rewritten

from support import releases
from support.checker import problems
from support.packages import BINARY, EXPORTERS
from support.wheels import Wheelhouse, variant


@pytest.fixture(scope="module")
def exporters(wheels: Wheelhouse) -> list[Path]:
    """The exporters, and their releases before and after."""
    others = [variant(release).wheel("libfoo") for release in (releases.release_1_0, releases.release_2_0)]
    return [*(wheels.repaired(name) for name in EXPORTERS), *others]


@pytest.mark.parametrize("distribution", BINARY)
def test_a_wheel_gets_all_that_it_needs(wheels: Wheelhouse, exporters: list[Path], distribution: str) -> None:
    assert list(problems(wheels.repaired(distribution), exporters)) == []


def requiring(wheels: Wheelhouse, directory: Path, requirement: str) -> Path:
    """Return the wheel of consumer-ext with another requirement than libfoo>=1.1,<2."""

    def edit(name: str, content: bytes) -> bytes:
        if not name.endswith("/METADATA"):
            return content
        assert b"Requires-Dist: libfoo<2,>=1.1\n" in content
        return content.replace(b"Requires-Dist: libfoo<2,>=1.1\n", requirement.encode())

    return rewritten(wheels.repaired("consumer-ext"), directory, edit)


@pytest.mark.parametrize(
    ("specifier", "problem"),
    [
        (None, "but the wheel does not require libfoo, which provides it"),
        (">=1.1", "but requires libfoo>=1.1, which allows libfoo 2.0.0 with _init.abi3.so, libfoo.so.2"),
        ("<2", "but requires libfoo<2, which allows libfoo 1.0.0 without libfoo.so.1:LIBFOO_1.1"),
    ],
    ids=["no requirement", "no cap", "no floor"],
)
def test_a_requirement_that_does_not_fit_is_noticed(
    wheels: Wheelhouse, exporters: list[Path], tmp_path: Path, specifier: str | None, problem: str
) -> None:
    requirement = "" if specifier is None else f"Requires-Dist: libfoo{specifier}\n"
    found = list(problems(requiring(wheels, tmp_path, requirement), exporters))
    assert f"consumer_ext/_ext.abi3.so needs libfoo.so.1, {problem}" in found


def test_a_library_that_nobody_provides_is_noticed(wheels: Wheelhouse) -> None:
    (first, _) = problems(wheels.repaired("consumer-ext"), [])
    assert first.endswith("needs libfoo.so.1, which neither the platform nor any exporter provides")
