"""The wheels as one would publish them: for every Linux with glibc 2.17 or later."""

import re
from pathlib import Path

import pytest
from packaging.utils import parse_wheel_filename

from support.packages import PACKAGES
from support.wheels import BuildError, Wheelhouse, repair


@pytest.mark.parametrize("distribution", [name for name in PACKAGES if name != "consumer-pure"])
def test_a_wheel_serves_glibc_2_17(wheels: Wheelhouse, distribution: str) -> None:
    tags = {tag.platform for tag in parse_wheel_filename(wheels.repaired(distribution).name)[3]}
    needed = [int(match[1]) for tag in tags if (match := re.match(r"manylinux_2_(\d+)_x86_64$", tag))]
    assert needed
    assert max(needed) <= 17


def test_a_tag_that_promises_too_much_is_refused(wheels: Wheelhouse, tmp_path: Path) -> None:
    with pytest.raises(BuildError) as failure:
        repair(wheels.wheel("libfoo"), tmp_path, "--plat=manylinux_2_5_x86_64")
    assert "too-recent versioned symbols" in str(failure.value)
