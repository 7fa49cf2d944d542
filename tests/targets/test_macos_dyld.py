"""A model of dyld shows what imports would load on a Mac, and how they would fail."""

import shutil
from collections.abc import Mapping
from itertools import permutations
from pathlib import Path

import pytest

from library_wheel.processes import run
from library_wheel.project.loaders import LOADER
from library_wheel.project.packages import CONSUMERS, EXPORTERS, PACKAGES
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import Wheelhouse
from support.dyld import Image, NotLoadedError, Process

pytestmark = pytest.mark.usefixtures("_interpreter_on_record")

# Folders of site-packages on a Mac.
PLACES = {
    "system": "Library/Frameworks/Python.framework/Versions/Current/lib/python/site-packages",
    "user": "Users/me/Library/Python/lib/python/site-packages",
    "venv": "Users/me/venv/lib/python/site-packages",
    "target": "Users/me/target",
}
LIBRARY = LOADER.file("foo", "1")
NAME = f"@rpath/{LIBRARY}"


@pytest.fixture(params=PLATFORM.machines)
def process(request: pytest.FixtureRequest) -> Process:
    """A process on each of the machines."""
    return Process(request.param)


@pytest.fixture
def home(wheels: Wheelhouse, tmp_path: Path) -> Path:
    """A folder with the exporter and a C consumer."""
    return install(wheels, {"libfoo": "system", "consumer-ext": "system"}, tmp_path)["libfoo"]


def install(wheels: Wheelhouse, places: Mapping[str, str], root: Path) -> dict[str, Path]:
    """Unpack wheels into site-packages below `root`; return the folder of each."""
    homes = {name: root / PLACES[place] for name, place in places.items()}
    for name, folder in homes.items():
        shutil.unpack_archive(wheels.repaired(name), folder, format="zip")
    return homes


def load_extensions(process: Process, package: Path) -> list[Image]:
    """Load the extension modules of a package, as importing them does, in the order of their names."""
    return [process.dlopen(extension) for extension in sorted(package.rglob("*.so"))]


def do_import(process: Process, homes: Mapping[str, Path], consumer: str) -> list[Image]:
    """Import the exporters of a consumer and the consumer; return its images."""
    for exporter in PACKAGES[consumer].requires:
        load_extensions(process, homes[exporter] / exporter)
    if consumer == "consumer-pure":  # has no extension: ctypes opens the path from the stub
        stub = homes["libfoo"] / "libfoo" / "_init.abi3.so"
        return [process.dlopen(process.resolved[stub, NAME].path)]
    return load_extensions(process, homes[consumer] / PACKAGES[consumer].module)


def assert_one_copy(process: Process, homes: Mapping[str, Path], *images: Image) -> None:
    """Assert that each library is loaded once, from its exporter, and that the images use that copy."""
    libraries = [image for image in process.images if image.install_name]
    owners = {"libfoo.1.dylib": "libfoo", "libbar.2.dylib": "libbar", "libbarutil.2.dylib": "libbar"}
    names = [library.path.name for library in libraries]
    assert len(set(names)) == len(names)
    assert [library.path for library in libraries] == [homes[owners[n]] / owners[n] / n for n in names]
    for image in images:
        ours = [name for name in image.needs if name.startswith("@rpath/")]
        assert ours or image in libraries
        assert all(process.resolved[image.path, name] in libraries for name in ours)


@pytest.mark.parametrize("consumer", CONSUMERS)
@pytest.mark.parametrize("consumer_place", PLACES)
@pytest.mark.parametrize("exporter_place", PLACES)
def test_a_consumers_load_commands_resolve_to_the_exporters_copy(
    process: Process, wheels: Wheelhouse, tmp_path: Path, exporter_place: str, consumer_place: str, consumer: str
) -> None:
    places = {**dict.fromkeys(PACKAGES[consumer].requires, exporter_place), consumer: consumer_place}
    homes = install(wheels, places, tmp_path)
    assert_one_copy(process, homes, *do_import(process, homes, consumer))


@pytest.mark.parametrize("consumer", ["consumer-cmake"])
@pytest.mark.parametrize("places", list(permutations(["system", "user", "venv"])), ids="-".join)
def test_a_chain_of_three_wheels_resolves_across_three_site_packages(
    process: Process, wheels: Wheelhouse, tmp_path: Path, places: tuple[str, ...], consumer: str
) -> None:
    homes = install(wheels, dict(zip([*EXPORTERS, consumer], places, strict=True)), tmp_path)
    assert_one_copy(process, homes, *do_import(process, homes, consumer))


def test_without_the_stub_a_consumer_finds_nothing_and_dyld_has_nowhere_to_look(process: Process, home: Path) -> None:
    extension = home / "consumer_ext" / "_ext.abi3.so"
    with pytest.raises(NotLoadedError) as failure:
        process.dlopen(extension)
    assert str(failure.value).startswith(LOADER.missing(LIBRARY))
    _, referenced, reason = str(failure.value).splitlines()
    assert referenced.endswith(f"> {extension}")
    assert reason == "  Reason: no LC_RPATH's found"
    assert process.images == []


def test_the_error_of_a_stub_without_its_library_says_where_dyld_looked(process: Process, home: Path) -> None:
    library = home / "libfoo" / LIBRARY
    library.unlink()
    with pytest.raises(NotLoadedError) as failure:
        load_extensions(process, home / "libfoo")
    assert str(failure.value).endswith(f"  Reason: tried: '{library}' (no such file)")


def test_the_error_of_a_stub_with_a_library_for_another_machine_says_so(
    process: Process, home: Path, wheels: Wheelhouse, tmp_path: Path
) -> None:
    (other,) = {*PLATFORM.machines} - {process.machine}
    (thin,) = (wheels.directory / other).glob("libfoo-*.whl")
    shutil.unpack_archive(thin, tmp_path / "thin", format="zip")
    shutil.copy2(tmp_path / "thin" / "libfoo" / LIBRARY, home / "libfoo")
    with pytest.raises(NotLoadedError) as failure:
        load_extensions(process, home / "libfoo")
    assert f"incompatible architecture (have '{other}', need '{process.machine}')" in str(failure.value)


def test_a_library_that_was_opened_by_its_path_is_used_by_a_consumer(process: Process, home: Path) -> None:
    library = process.dlopen(home / "libfoo" / LIBRARY)
    (extension, _) = load_extensions(process, home / "consumer_ext")
    assert process.resolved[extension.path, NAME] == library


def test_a_file_of_another_name_is_found_by_its_install_name(process: Process, home: Path, tmp_path: Path) -> None:
    renamed = Path(shutil.copy2(home / "libfoo" / LIBRARY, tmp_path / "renamed.dylib"))
    first = process.dlopen(renamed)
    (stub,) = load_extensions(process, home / "libfoo")
    assert process.resolved[stub.path, NAME] == first


def test_a_foreign_library_of_the_install_name_that_came_first_is_used_by_everyone(
    process: Process, home: Path, wheels: Wheelhouse, tmp_path: Path
) -> None:
    foreign = install(wheels, {"libbar": "user"}, tmp_path)["libbar"] / "libbar" / "libbarutil.2.dylib"
    run(["llvm-install-name-tool-19", "-id", NAME, foreign])
    first = process.dlopen(foreign)
    for image in (*load_extensions(process, home / "libfoo"), *load_extensions(process, home / "consumer_ext")):
        assert process.resolved[image.path, NAME] == first


def test_a_library_whose_install_name_is_its_path_is_used_by_no_wheel(
    process: Process, home: Path, tmp_path: Path
) -> None:
    # Homebrew's libraries have such install names.
    another = Path(shutil.copy2(home / "libfoo" / LIBRARY, tmp_path))
    run(["llvm-install-name-tool-19", "-id", another, another])
    process.dlopen(another)
    (stub,) = load_extensions(process, home / "libfoo")
    assert process.resolved[stub.path, NAME].path == home / "libfoo" / LIBRARY


def test_two_exporters_share_the_copy_of_the_library_that_came_first(
    process: Process, wheels: Wheelhouse, tmp_path: Path
) -> None:
    homes = [install(wheels, {"libfoo": place}, tmp_path)["libfoo"] for place in ("user", "system")]
    (first,), (second,) = (load_extensions(process, home / "libfoo") for home in homes)
    assert process.resolved[first.path, NAME] == process.resolved[second.path, NAME]
    assert process.resolved[second.path, NAME].path == homes[0] / "libfoo" / LIBRARY


def test_a_copy_beside_a_consumer_that_has_an_rpath_yields_to_the_stubs(process: Process, home: Path) -> None:
    package = home / "consumer_ext"
    copy = Path(shutil.copy2(home / "libfoo" / LIBRARY, package))
    run(["llvm-install-name-tool-19", "-add_rpath", "@loader_path/", package / "_ext.abi3.so"])
    alone = Process(process.machine)
    extension = alone.dlopen(package / "_ext.abi3.so")
    assert alone.resolved[extension.path, NAME].path == copy
    load_extensions(process, home / "libfoo")
    process.dlopen(extension.path)
    assert process.resolved[extension.path, NAME].path == home / "libfoo" / LIBRARY
