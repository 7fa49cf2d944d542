"""Site-packages in places that are awkward to name, to write to, or that were somewhere else before."""

import pytest

from support.environment import ordinary_user
from support.layouts import Layouts
from support.packages import CONSUMERS, EXPORTER, PACKAGES
from support.wheels import Wheelhouse


def everything(wheels: Wheelhouse) -> list:
    """Return all wheels, as they would be published."""
    return [wheels.repaired(name) for name in PACKAGES]


@pytest.mark.parametrize(
    "below",
    ["with some spaces", "ünïcödé 語", "with$dollar;semicolon'quote", "/".join(["a" * 200] * 10)],
    ids=["spaces", "non-ASCII", "shell characters", "2000 letters"],
)
def test_a_path_with(layouts: Layouts, wheels: Wheelhouse, below: str) -> None:
    layouts.private(*everything(wheels), below=below).assert_one_copy(*CONSUMERS)


def test_a_site_packages_that_was_moved(layouts: Layouts, wheels: Wheelhouse) -> None:
    layout = layouts.private(*everything(wheels), below="before")
    layout.assert_one_copy(*CONSUMERS)
    before = layout.homes[EXPORTER]
    after = before.rename(before.with_name("after"))
    layout.at(after).assert_one_copy(*CONSUMERS)


def test_a_site_packages_behind_a_symbolic_link(layouts: Layouts, wheels: Wheelhouse) -> None:
    layout = layouts.private(*everything(wheels), below="real")
    link = layout.homes[EXPORTER].with_name("link")
    link.symlink_to("real")
    layout.at(link).assert_one_copy(*CONSUMERS)


def test_a_read_only_site_packages(layouts: Layouts, wheels: Wheelhouse) -> None:
    layout = layouts.private(*everything(wheels))
    home = layout.homes[EXPORTER]
    for path in [home, *home.rglob("*")]:
        path.chmod(0o555)
    writing = layout.run("-c", f"open({str(home / 'new')!r}, 'w')", **ordinary_user())
    assert "PermissionError" in writing.stderr
    layout.assert_one_copy(*CONSUMERS, **ordinary_user())
    for path in [home, *home.rglob("*")]:
        path.chmod(0o755)
