"""Files that don't fit together are not published."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name, parse_wheel_filename

from ..processes import run
from ..project.builds import PINS
from ..project.packages import CONSUMERS, EXPORTER, MODULE, PACKAGES
from ..project.wheel_files import rewritten
from ..project.wheels import Wheelhouse

NAME = canonicalize_name(EXPORTER)
# In a new project, all consumers are private.
CONSUMER = next((name for name in CONSUMERS if PACKAGES[name].published), None)
published = pytest.mark.skipif(CONSUMER is None, reason="no consumers are published")


@pytest.fixture
def dist(wheels: Wheelhouse, tmp_path: Path) -> Path:
    """A folder with the published files that this machine can make."""
    run([sys.executable, "-m", "library_wheel.publishing", "sdists", tmp_path])
    for name, package in PACKAGES.items():
        if package.published:
            shutil.copy2(wheels.repaired(name), tmp_path)
    return tmp_path


def tag(dist: Path) -> str:
    """Return the tag for the files in a folder."""
    (wheel,) = dist.glob(f"{MODULE}-*.whl")
    return f"v{parse_wheel_filename(wheel.name)[1]}"


def test_sdists_of_an_older_version_are_replaced(wheels: Wheelhouse, tmp_path: Path) -> None:
    sdist = wheels.sdist(EXPORTER).name
    (tmp_path / re.sub("-[^-]+$", "-0.0.1.tar.gz", sdist)).write_bytes(b"")
    run([sys.executable, "-m", "library_wheel.publishing", "sdists", tmp_path])
    assert [file.name for file in tmp_path.glob(re.sub("-[^-]+$", "-*", sdist))] == [sdist]


def release(dist: Path, tag: str) -> subprocess.CompletedProcess[str]:
    """Run the command of `tox -e release`."""
    command: list[str | Path] = [sys.executable, "-m", "library_wheel.publishing", "release", dist, tag]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.skipif(not PINS.is_file(), reason="builds are not pinned yet: tox -e pins")
def test_files_that_fit_together_may_be_published(dist: Path) -> None:
    result = release(dist, tag(dist))
    assert (result.returncode, result.stdout) == (0, f"{tag(dist)}: versions and requirements agree\n")


@pytest.mark.skipif(PINS.is_file(), reason="builds are pinned")
def test_nothing_but_the_pins_is_missing_before_the_first_release(dist: Path) -> None:
    result = release(dist, tag(dist))
    assert result.returncode == 1
    (problem,) = result.stderr.splitlines()[1:]
    assert problem.startswith(f"{PINS.name}, which pins what builds install, is missing")


def test_a_tag_of_another_version_is_refused(dist: Path) -> None:
    result = release(dist, "v9.9.9")
    assert result.returncode == 1
    assert f"{EXPORTER} has version {tag(dist)[1:]}, but the tag is v9.9.9" in result.stderr


def without_sdist(dist: Path) -> None:
    """An sdist is missing, so nobody could build the package."""
    next(dist.glob(f"{MODULE}-*.tar.gz")).unlink()


def without_wheel(dist: Path) -> None:
    """A wheel is missing, as after a failed job."""
    next(dist.glob(f"{MODULE}-*.whl")).unlink()


def of_two_versions(dist: Path) -> None:
    """A wheel of another run is left in the folder."""
    wheel = next(dist.glob(f"{MODULE}-*.whl"))
    shutil.copy2(wheel, dist / re.sub("-[^-]+-", "-999-", wheel.name, count=1))


def with_a_pin_to_another_version(dist: Path) -> None:
    """A consumer whose requirement was not raised with the exporter's major version."""
    with_requirement(dist, f"{EXPORTER}<0.1")


def without_requirement(dist: Path) -> None:
    """A consumer that would be installed alone."""
    with_requirement(dist, "packaging")


def with_requirement(dist: Path, requirement: str) -> None:
    """Change the consumer's requirement."""
    assert CONSUMER is not None
    wheel = next(dist.glob(f"{PACKAGES[CONSUMER].module}-*.whl"))

    def edit(name: str, content: bytes) -> bytes:
        line = rf"Requires-Dist: {re.escape(EXPORTER)}\b.*".encode()
        return re.sub(line, f"Requires-Dist: {requirement}".encode(), content) if "METADATA" in name else content

    (dist / "edited").mkdir()
    rewritten(wheel, dist / "edited", edit).replace(wheel)


@pytest.mark.parametrize(
    ("mistake", "problem"),
    [
        (without_sdist, f"{NAME} has no sdist"),
        (without_wheel, f"{NAME} has no wheel"),
        (of_two_versions, rf"{NAME} must have files of one version, but has \S+, 999"),
        pytest.param(with_a_pin_to_another_version, f"requires {EXPORTER}<0.1, but the release has ", marks=published),
        pytest.param(without_requirement, f" does not require {EXPORTER}", marks=published),
    ],
)
def test_files_that_do_not_fit_together_are_refused(dist: Path, mistake: Callable[[Path], None], problem: str) -> None:
    before = tag(dist)
    mistake(dist)
    result = release(dist, before)
    assert result.returncode == 1
    assert re.search(problem, result.stderr)
