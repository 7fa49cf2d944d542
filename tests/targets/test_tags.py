"""The platform's wheels name the systems that they are for, and wheels for other systems are refused."""

import re
import shutil
import sys
from pathlib import Path

import pytest
from packaging.utils import parse_wheel_filename

from library_wheel.processes import CommandError
from library_wheel.project.builds import repair
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.packages import BINARY
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import Wheelhouse, is_for_this_interpreter

TAG = re.compile(r"(?P<system>win|(macosx|manylinux|musllinux|pyemscripten)_\d+)_((?P<minor>\d+)_)?(?P<machine>.+)")


@pytest.mark.parametrize("distribution", BINARY)
def test_a_wheel_is_for_systems_as_old_as_the_targets(wheels: Wheelhouse, distribution: str) -> None:
    tags = parse_wheel_filename(wheels.repaired(distribution).name)[3]
    # manylinux2014 is another name of manylinux_2_17, which is in the tag as well.
    found = list(filter(None, (TAG.fullmatch(tag.platform) for tag in tags)))
    target = TAG.fullmatch(PLATFORM.tag)
    assert found
    assert all((tag["system"], tag["machine"]) == (target["system"], target["machine"]) for tag in found)
    assert all(int(tag["minor"] or 0) <= int(target["minor"] or 0) for tag in found)


@pytest.mark.skipif(PLATFORM.name != "manylinux", reason="auditwheel compares versions of glibc's symbols only")
def test_a_tag_that_promises_too_much_is_refused(wheels: Wheelhouse, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as failure:
        repair(wheels.wheel("libfoo"), tmp_path, "--plat=manylinux_2_5_x86_64")
    assert "too-recent versioned symbols" in str(failure.value)


def for_another_platform(wheels: Wheelhouse, directory: Path) -> Path:
    """Return a copy of libfoo's wheel with the tag of 64-bit s390x."""
    python, abi, _ = wheels.repaired("libfoo").stem.split("-")[2:]
    return Path(shutil.copy2(wheels.repaired("libfoo"), directory / f"libfoo-1.1.0-{python}-{abi}-linux_s390x.whl"))


def test_a_wheel_of_another_platform_is_not_taken_from_the_cache(wheels: Wheelhouse, tmp_path: Path) -> None:
    assert is_for_this_interpreter(wheels.repaired("libfoo"))
    assert not is_for_this_interpreter(for_another_platform(wheels, tmp_path))


@pytest.mark.needs("interpreter")
def test_a_wheel_of_another_platform_is_not_installed(layouts: Layouts, wheels: Wheelhouse, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as failure:
        layouts.pip(layouts.layout({}).python, "--target", tmp_path, for_another_platform(wheels, tmp_path))
    assert "is not a supported wheel on this platform" in str(failure.value)


@pytest.mark.needs("interpreter", "module names of Linux")
@pytest.mark.skipif(not PLATFORM.is_foreign, reason="this machine's interpreter runs its wheels")
def test_a_wheel_of_another_platform_that_was_unpacked_by_force_is_named(layouts: Layouts, wheels: Wheelhouse) -> None:
    home = layouts.private(wheels.repaired("libfoo")).homes["libfoo"]
    message = Layout(Path(sys.executable)).at(home).error("libfoo")["message"]
    if PLATFORM.name == "aarch64":
        assert f"{PLATFORM.extension('_init')} is for a different processor architecture than this" in message
    else:
        tag = f"cp3{sys.version_info.minor}-abi3-{PLATFORM.tag}"
        assert f"{PLATFORM.extension('_init')} is from a wheel for another platform ({tag}" in message
        assert '). Reinstall it: pip install --force-reinstall "libfoo>=1.1,<2"' in message
