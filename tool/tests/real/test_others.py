"""Other ways of sharing a library behave on glibc and musl as docs/others.md says. --page writes that page."""

import json
import platform
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import ways_page
from measurement import measured
from newer_musl import NewerMusl
from ways import WAYS, NoDownloadError, Way, download

from library_wheel.layouts import Layouts, folder_for_layouts
from library_wheel.platforms.musl import Musl
from library_wheel.platforms.native import Native

pytestmark = [
    pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="one of the platforms is this machine's glibc"),
    pytest.mark.skipif(sys.version_info[:2] != NewerMusl.version, reason="wheels are for one version of Python"),
]

PLATFORMS = {"glibc": Native(), "musl": NewerMusl()}


@pytest.fixture(scope="module")
def results(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """Collect the measurements. If a page is requested, they replace the record."""
    ways: dict[str, Any] = {}
    yield ways
    if page := request.config.getoption("--page", None):
        known = ways_page.recorded()["ways"] if ways_page.DATA.exists() else {}
        merged = {
            way.name: {"library": way.library, **known.get(way.name, {}), **ways.get(way.name, {})} for way in WAYS
        }
        data = {"machine": machine(), "ways": merged}
        ways_page.DATA.write_text(f"{json.dumps(data, indent=1)}\n", encoding="utf-8")
        text = Path(page).read_text(encoding="utf-8")
        Path(page).write_text(ways_page.with_tables(text, data), encoding="utf-8")


def machine() -> str:
    """Return the machine and the versions of the measurement."""
    return f"CPython {platform.python_version()} with glibc {platform.libc_ver()[1]}, and CPython 3.11 with musl 1.2.5"


@pytest.mark.parametrize("libc", PLATFORMS)
@pytest.mark.parametrize("way", WAYS, ids=[way.name for way in WAYS])
def test_a_way_of_sharing_behaves_as_recorded(
    way: Way, libc: str, results: dict[str, Any], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    try:
        found = measured(way, PLATFORMS[libc], tmp_path)
    except NoDownloadError as error:
        pytest.skip(str(error))
    results.setdefault(way.name, {})[libc] = found
    if not request.config.getoption("--page", None):
        assert found == ways_page.recorded()["ways"][way.name][libc]


def test_a_wheel_with_relocations_that_musl_1_2_3_does_not_know_crashes_there() -> None:
    older = Musl()
    try:
        wheel = download("psycopg2-binary==2.9.13", older)
    except NoDownloadError as error:
        pytest.skip(str(error))
    codes = {}
    for each in (older, PLATFORMS["musl"]):
        with folder_for_layouts(each) as folder:
            layout = Layouts(folder, each, {"psycopg2-binary": wheel}.__getitem__).layout({"psycopg2-binary": "system"})
            codes[each] = layout.run("-c", "import psycopg2").returncode
    assert codes == {older: -signal.SIGSEGV, PLATFORMS["musl"]: 0}
