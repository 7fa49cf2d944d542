"""docs/versioning.md, run: consumers built against each release of libfoo, with each release at run time."""

from pathlib import Path

import pytest

from library_wheel.processes import CommandError
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.wheels import Wheelhouse, variant
from support import releases

RELEASES = {
    "1.0": releases.release_1_0,
    "1.1": releases.release_1_1,
    "1.2": releases.release_1_2,
    "2.0": releases.release_2_0,
}


def built(release: str) -> Wheelhouse:
    """Return libfoo of a release, and the consumer built against it."""
    return variant(RELEASES[release], "libfoo", "consumer-ext")


def skew(layouts: Layouts, against: str, beside: str) -> Layout:
    """Return a layout with a consumer built against one release beside libfoo of another, as `pip --no-deps` allows."""
    return layouts.private(built(against).wheel("consumer-ext"), built(beside).wheel("libfoo"))


@pytest.mark.parametrize(
    ("against", "beside"),
    [("1.0", "1.0"), ("1.0", "1.1"), ("1.0", "1.2"), ("1.1", "1.1"), ("1.1", "1.2"), ("1.2", "1.2"), ("2.0", "2.0")],
)
def test_a_consumer_runs_with_the_minor_version_it_was_built_against_and_later_ones(
    layouts: Layouts, against: str, beside: str
) -> None:
    layout = skew(layouts, against, beside)
    lines = layout.run("-m", "consumer_ext").stdout.splitlines()
    assert lines == [
        f"built against  libfoo {against}.0 of the wheel",
        f"running        libfoo {beside}.0, {layout.evaluate('import libfoo; result = libfoo.get_library()')}",
    ]


OLDER_MINOR = [("1.1", "1.0"), ("1.2", "1.0"), ("1.2", "1.1")]
OTHER_MAJOR = [("1.0", "2.0"), ("1.1", "2.0"), ("1.2", "2.0"), ("2.0", "1.0"), ("2.0", "1.1"), ("2.0", "1.2")]
REFUSED = OLDER_MINOR + OTHER_MAJOR


@pytest.mark.parametrize(("against", "beside"), REFUSED)
def test_an_older_minor_or_another_major_is_refused_by_both_versions(
    layouts: Layouts, against: str, beside: str
) -> None:
    message = skew(layouts, against, beside).error("consumer_ext")["message"]
    major = int(against[0])
    assert f" needs libfoo>={against},<{major + 1}, but libfoo {beside}.0 is installed, in " in message
    if against[0] == beside[0]:
        assert f"libfoo.so.1: version `LIBFOO_{against}' not found" in message
    else:
        assert f"libfoo.so.{major}: cannot open shared object file" in message


@pytest.mark.parametrize(("against", "beside"), REFUSED)
def test_pip_refuses_to_install_such_a_pair(layouts: Layouts, tmp_path: Path, against: str, beside: str) -> None:
    exporters = built(beside).wheel("libfoo").parent
    consumer = built(against).wheel("consumer-ext")
    with pytest.raises(CommandError) as failure:
        layouts.pip(layouts.layout({}).python, "--target", tmp_path, f"--find-links={exporters}", consumer)
    assert f"No matching distribution found for libfoo<{int(against[0]) + 1},>={against}" in str(failure.value)


def test_an_older_exporter_earlier_on_the_path_is_refused_by_both_versions(
    layouts: Layouts, wheels: Wheelhouse
) -> None:
    layout = layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-ext"))
    earlier = layouts.private(built("1.0").wheel("libfoo")).homes["libfoo"]
    path = f"{earlier}:{layout.homes['libfoo']}"
    message = layout.with_environment(PYTHONPATH=path).error("consumer_ext")["message"]
    assert f"{earlier / 'libfoo' / 'libfoo.so.1'}: version `LIBFOO_1.1' not found" in message
    assert f" but libfoo 1.0.0 is installed, in {earlier / 'libfoo'}. " in message


TWO_MAJORS = """
import {}
import consumer_ext as one, consumer_ext2 as two
import libfoo, libfoo2
result = {{
    "first": [one.intern(s) for s in ("alpha", "beta")],
    "second": [two.intern(s) for s in ("beta", "gamma")],
    "counts": [one.count(), two.count()],
    "versions": [one._ext.library_version(), two._ext.library_version()],
    "libraries": [libfoo.get_loaded_library(), libfoo2.get_loaded_library()],
}}
"""


@pytest.mark.parametrize("first", ["consumer_ext", "consumer_ext2"])
def test_two_majors_in_one_process_are_each_used_by_their_own_consumers(
    layouts: Layouts, wheels: Wheelhouse, first: str
) -> None:
    second = variant(releases.second_major, "libfoo", "consumer-ext")
    others = [second.wheel("libfoo2"), second.wheel("consumer-ext2")]
    layout = layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-ext"), *others)
    home = layout.homes["libfoo"]
    assert layout.evaluate(TWO_MAJORS.format(first)) == {
        "first": [1, 2],
        "second": [1, 2],
        "counts": [2, 2],
        "versions": ["1.1.0", "2.0.0"],
        "libraries": [str(home / "libfoo" / "libfoo.so.1"), str(home / "libfoo2" / "libfoo.so.2")],
    }


def test_the_stub_of_another_major_notices_symbols_that_were_made_global(layouts: Layouts, wheels: Wheelhouse) -> None:
    layout = layouts.private(wheels.repaired("libfoo"), variant(releases.second_major).wheel("libfoo2"))
    library = layout.homes["libfoo"] / "libfoo" / "libfoo.so.1"
    result = layout.run("-c", f"import ctypes; ctypes.CDLL({str(library)!r}, ctypes.RTLD_GLOBAL); import libfoo2")
    expected = "libfoo2 2.0.0 needs its own version of the library foo or a later compatible one, but 1.1.0 is already"
    assert f"{expected} loaded from {library}. " in result.stderr
