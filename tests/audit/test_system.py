"""A libfoo from conda or a Linux distribution instead of a wheel: built against, and present at run time."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from library_wheel.processes import CommandError
from library_wheel.project.elf import read_elf
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.packages import ANSWER, CONSUMERS, EXPORTERS, PACKAGES
from library_wheel.project.sources import snapshot
from library_wheel.project.wheels import Wheelhouse, variant
from support import variants
from support.meson import install_library

Present = Callable[[str, str | None, str | None], Layout]

OPTION = "--config-settings=setup-args=-Dlibfoo="


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installed libfoo 1.1.0 that comes from no wheel."""
    directory = tmp_path_factory.mktemp("system")
    return install_library(snapshot(directory / "tree") / "libfoo", directory)


def library(prefix: Path) -> Path:
    """Return the library in a prefix."""
    return prefix / "lib" / "libfoo.so.1"


def everything(layouts: Layouts, wheels: Wheelhouse, prefix: Path) -> list[Path]:
    """Return the libraries of all exporters, as a system may supply them."""
    others = layouts.private(wheels.repaired("libbar")).homes["libbar"] / "libbar"
    return [library(prefix), *sorted(others.glob("*.so.*"))]


def packager(prefix: Path) -> dict[str, str]:
    """Return the environment of a packager whose libfoo is in the default folders of linker and pkg-config."""
    return {"PKG_CONFIG_LIBDIR": str(prefix / "lib" / "pkgconfig"), "LIBRARY_PATH": str(prefix / "lib")}


def package(layouts: Layouts, directory: Path, choice: str, prefix: Path, *path: Path) -> Path:
    """Build consumer-ext into a folder as a packager does: without network and isolation; return the folder."""
    source = snapshot(directory / "tree") / "consumer-ext"
    options = ("--target", directory / "site", OPTION + choice, source)
    layouts.pip_without_isolation(layouts.layout({}).python, *options, path=path, environment=packager(prefix))
    return directory / "site"


@pytest.fixture(scope="module")
def for_system(layouts: Layouts, prefix: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with consumer-ext as a packager built it."""
    return package(layouts, tmp_path_factory.mktemp("packager"), "system", prefix)


def test_a_packagers_build_has_nothing_of_the_wheel(for_system: Path) -> None:
    for extension in for_system.rglob("*.so"):
        elf = read_elf(extension.read_bytes())
        assert "libfoo.so.1" in elf.needed
        assert elf.runpath is None


def test_a_build_that_finds_no_wheel_takes_the_systems(layouts: Layouts, prefix: Path, tmp_path: Path) -> None:
    site = package(layouts, tmp_path, "auto", prefix)
    assert 'LIBRARY_FROM = "system"' in (site / "consumer_ext" / "_build.py").read_text()


def test_a_build_that_finds_both_takes_the_wheels(layouts: Layouts, prefix: Path, tmp_path: Path) -> None:
    site = package(layouts, tmp_path, "auto", prefix, layouts.target(frozenset({"libfoo"})))
    assert 'LIBRARY_FROM = "wheel"' in (site / "consumer_ext" / "_build.py").read_text()


def test_a_build_for_the_system_takes_the_systems_even_beside_a_wheel(
    layouts: Layouts, prefix: Path, tmp_path: Path
) -> None:
    site = package(layouts, tmp_path, "system", prefix, layouts.target(frozenset({"libfoo"})))
    assert 'LIBRARY_FROM = "system"' in (site / "consumer_ext" / "_build.py").read_text()


def test_a_build_for_the_wheel_refuses_the_systems(layouts: Layouts, prefix: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as failure:
        package(layouts, tmp_path, "wheel", prefix)
    folder = prefix / "lib" / "pkgconfig"
    assert f"-Dlibfoo=wheel is set, but Meson found the libfoo of the system in {folder}" in str(failure.value)


def test_a_build_for_the_system_refuses_a_wheels(layouts: Layouts, wheels: Wheelhouse, tmp_path: Path) -> None:
    exporter = layouts.private(wheels.repaired("libfoo")).homes["libfoo"] / "libfoo"
    (exporter / "lib").mkdir()
    (exporter / "pkgconfig").rename(exporter / "lib" / "pkgconfig")
    with pytest.raises(CommandError) as failure:
        package(layouts, tmp_path, "system", exporter)
    folder = exporter / "lib" / "pkgconfig"
    assert f"-Dlibfoo=system is set, but Meson found the libfoo of the wheel in {folder}" in str(failure.value)


@pytest.fixture
def present(layouts: Layouts, wheels: Wheelhouse, prefix: Path, for_system: Path) -> Present:
    """A function that makes a layout with a consumer, a system's library and an exporter of these versions."""
    older = layouts.private(variant(variants.older_minor).wheel("libfoo")).homes["libfoo"] / "libfoo" / "libfoo.so.1"
    libraries = {"1.1": library(prefix), "1.0": older}

    def make(built_for: str, system: str | None, wheel: str | None) -> Layout:
        installed = [wheels.repaired("libfoo")] if wheel else []
        if built_for == "wheel":
            installed.append(wheels.repaired("consumer-ext"))
        found = [libraries[system]] if system else []
        layout = layouts.with_system_libraries(found, *installed)
        if built_for == "system":
            shutil.copytree(for_system, layout.homes["consumer-ext"], dirs_exist_ok=True)
        return layout

    return make


@pytest.mark.parametrize(
    ("built_for", "system", "wheel", "running"),
    [
        ("wheel", None, "1.1", "wheel"),
        ("wheel", "1.1", None, "system"),
        ("wheel", "1.1", "1.1", "wheel"),
        ("wheel", "1.0", "1.1", "wheel"),
        ("system", "1.1", None, "system"),
        ("system", "1.1", "1.1", "system"),
    ],
)
def test_a_consumer_runs_with_a_fitting_library(
    present: Present, built_for: str, system: str | None, wheel: str | None, running: str
) -> None:
    layout = present(built_for, system, wheel)
    seen = layout.probe("consumer_ext")
    assert seen["answers"] == {"consumer_ext": ANSWER}
    (image,) = map(Path, seen["images"])
    assert image.is_relative_to(layout.homes["libfoo"] if running == "wheel" else layout.python.parents[1] / "lib")


@pytest.mark.parametrize(
    ("built_for", "system", "wheel", "message"),
    [
        ("wheel", None, None, "needs libfoo>=1.1,<2. The package libfoo is not installed; the loader searched LD_L"),
        ("wheel", "1.0", None, "libfoo.so.1: version `LIBFOO_1.1' not found (required by "),
        (
            "system",
            None,
            None,
            "built against the system's libfoo 1.1.0 and can't be loaded: libfoo.so.1: cannot open",
        ),
        (
            "system",
            None,
            "1.1",
            "built against the system's libfoo 1.1.0 and can't be loaded: libfoo.so.1: cannot open",
        ),
        ("system", "1.0", None, "was built against the system's libfoo 1.1.0 and can't be loaded: /"),
        ("system", "1.0", "1.1", "libfoo.so.1: version `LIBFOO_1.1' not found (required by "),
    ],
)
def test_a_consumer_refuses_a_missing_or_unfitting_library(
    present: Present, built_for: str, system: str | None, wheel: str | None, message: str
) -> None:
    error = present(built_for, system, wheel).error("consumer_ext")
    assert message in error["message"]
    assert error["name"] == "libfoo"


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_every_consumer_runs_without_the_wheels_where_the_system_supplies_the_libraries(
    layouts: Layouts, wheels: Wheelhouse, prefix: Path, consumer: str
) -> None:
    layout = layouts.with_system_libraries(everything(layouts, wheels, prefix), wheels.repaired(consumer))
    seen = layout.probe(PACKAGES[consumer].module)
    assert seen["images"] == [str(layout.python.parents[1] / "lib" / "libfoo.so.1")]
    assert seen["answers"] == {PACKAGES[consumer].module: ANSWER}


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_a_mere_folder_of_the_exporters_name_is_no_exporter(
    layouts: Layouts, wheels: Wheelhouse, prefix: Path, consumer: str
) -> None:
    layout = layouts.with_system_libraries(everything(layouts, wheels, prefix), wheels.repaired(consumer))
    for exporter in EXPORTERS:
        (layout.homes[exporter] / exporter).mkdir()
    assert layout.probe(PACKAGES[consumer].module)["answers"] == {PACKAGES[consumer].module: ANSWER}


def test_a_consumer_reports_what_it_was_built_against_and_what_runs(present: Present) -> None:
    layout = present("wheel", None, "1.1")
    assert layout.run("-m", "consumer_ext").stdout.splitlines() == [
        "built against  libfoo 1.1.0 of the wheel",
        f"running        libfoo 1.1.0, {layout.homes['libfoo'] / 'libfoo' / 'libfoo.so.1'}",
    ]
    assert present("system", "1.1", "1.1").run("-m", "consumer_ext").stdout.splitlines() == [
        "built against  libfoo 1.1.0 of the system",
        "running        libfoo 1.1.0, found by the system's loader",
    ]


PREFER = "PREFER_FOO_SYSTEM_LIBRARY"


@pytest.mark.parametrize("value", ["1", "true", "yes"])
def test_the_systems_library_is_preferred_on_request(present: Present, value: str) -> None:
    layout = present("wheel", "1.1", "1.1").with_environment(**{PREFER: value})
    system = str(layout.python.parents[1] / "lib" / "libfoo.so.1")
    assert layout.probe("consumer_ext")["images"] == [system]
    report = json.loads(layout.run("-m", "libfoo", "--json").stdout)["foo"]
    assert report["file loaded"] == system
    assert report["because"] == f"{PREFER}={value}, and the loader finds this one"


@pytest.mark.parametrize("value", ["", "0", "false", "No", "FALSE"])
def test_the_wheels_library_is_kept_if_the_variable_says_no(present: Present, value: str) -> None:
    layout = present("wheel", "1.1", "1.1").with_environment(**{PREFER: value})
    assert layout.probe("consumer_ext")["images"] == [str(layout.homes["libfoo"] / "libfoo" / "libfoo.so.1")]


def test_the_wheels_library_is_used_if_the_system_has_none(present: Present) -> None:
    layout = present("wheel", None, "1.1").with_environment(**{PREFER: "1"})
    layout.assert_one_copy("consumer-ext")
    report = json.loads(layout.run("-m", "libfoo", "--json").stdout)["foo"]
    assert report["because"] == f"{PREFER}=1, and the loader finds no other"


def test_a_preferred_library_that_is_too_old_is_refused_by_version_file_and_variable(present: Present) -> None:
    layout = present("wheel", "1.0", "1.1").with_environment(**{PREFER: "1"})
    error = layout.error("libfoo")
    system = layout.python.parents[1] / "lib" / "libfoo.so.1"
    assert f"but 1.0.0 is already loaded from {system}. Update or remove that file" in error["message"]
    assert error["message"].endswith(f"{PREFER} is set; without it, the wheel's own library is loaded.")


WARNINGS = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import libfoo
result = [[warning.category.__name__, str(warning.message), warning.filename] for warning in caught]
"""


def test_preferring_a_broken_library_causes_a_warning_with_the_reason(present: Present) -> None:
    layout = present("wheel", "1.1", "1.1").with_environment(**{PREFER: "1"})
    system = layout.python.parents[1] / "lib" / "libfoo.so.1"
    system.write_bytes(b"")
    ((category, message, where),) = layout.evaluate(WARNINGS)
    assert category == "RuntimeWarning"
    said = f"{system}: file too short"
    assert message == (
        f"{PREFER} is set, but the system's libfoo.so.1 can't be loaded. libfoo loads its own instead. "
        f"The loader says: {said}"
    )
    assert where == "<string>"
    layout.assert_one_copy("consumer-ext")
    report = json.loads(layout.run("-m", "libfoo", "--json").stdout)["foo"]
    assert report["because"] == f"{PREFER}=1, and the loader can't load the one that it finds: {said}"


def test_preferring_a_library_that_is_missing_causes_no_warning(present: Present) -> None:
    assert present("wheel", None, "1.1").with_environment(**{PREFER: "1"}).evaluate(WARNINGS) == []
