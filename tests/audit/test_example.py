"""The contents of this example's wheels: files, metadata and symbol versions."""

import configparser
import re
import shutil
import sysconfig
import tarfile
from email import message_from_string
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from library_wheel.project.packages import BINARY, PACKAGES, ROOT
from library_wheel.project.wheel_files import binaries, members, tool
from library_wheel.project.wheels import Wheelhouse, build_wheel
from support.file_names import portable


def test_the_exporter_is_one_flat_package(wheels: Wheelhouse) -> None:
    names = [name for name in members(wheels.repaired("libfoo")) if not name.startswith("libfoo-1.1.0.dist-info/")]
    assert sorted(names) == EXPORTER.split()


def test_the_stub_of_two_libraries_needs_both(wheels: Wheelhouse) -> None:
    found = binaries(wheels.repaired("libbar"))
    assert {"libbar.so.2", "libbarutil.so.2"} <= set(found["libbar/_init.abi3.so"].needed)
    assert {"libfoo.so.1", "libbarutil.so.2"} <= set(found["libbar/libbar.so.2"].needed)
    assert found["libbar/libbar.so.2"].soname == "libbar.so.2"
    assert found["libbar/libbarutil.so.2"].soname == "libbarutil.so.2"


def test_without_a_stable_abi_the_wheel_that_cmake_builds_has_its_stub(wheels: Wheelhouse, tmp_path: Path) -> None:
    # As for a free-threaded CPython.
    shutil.copy(wheels.wheel("libfoo"), tmp_path)
    build_wheel(ROOT, "libbar", tmp_path, "-Cwheel.py-api=")
    (wheel,) = tmp_path.glob("libbar-*.whl")
    assert f"libbar/_init{sysconfig.get_config_var('EXT_SUFFIX')}" in members(wheel)


def test_the_stub_calls_only_the_first_symbol_version_and_libc(wheels: Wheelhouse) -> None:
    imports = binaries(wheels.repaired("libfoo"))["libfoo/_init.abi3.so"].imports
    libfoo = {name: version for name, version in imports.items() if name.startswith("foo_")}
    assert libfoo
    assert set(libfoo.values()) == {"libfoo.so.1:LIBFOO_1.0"}
    assert [name for name, version in imports.items() if version.startswith("libc.so.6:")]


@pytest.mark.parametrize("distribution", BINARY)
def test_an_extension_module_has_a_stack_protector(wheels: Wheelhouse, distribution: str) -> None:
    extensions = [elf for elf in binaries(wheels.repaired(distribution)).values() if elf.soname is None]
    assert extensions
    # Each has a function with a buffer, otherwise it would show nothing.
    assert all("__stack_chk_fail" in elf.imports for elf in extensions)


def test_a_consumer_of_a_newer_function_needs_the_newer_symbol_version(wheels: Wheelhouse) -> None:
    imports = binaries(wheels.repaired("consumer-ext"))["consumer_ext/_ext.abi3.so"].imports
    assert imports["foo_hash"] == "libfoo.so.1:LIBFOO_1.1"
    assert imports["foo_intern"] == "libfoo.so.1:LIBFOO_1.0"


@pytest.mark.parametrize("distribution", PACKAGES)
def test_a_wheel_has_the_expected_metadata(wheels: Wheelhouse, distribution: str) -> None:
    fields = metadata(wheels.repaired(distribution))
    assert fields["Name"] == [distribution]
    assert fields["License-Expression"] == ["MIT"]
    assert fields["License-File"] == ["LICENSE"]
    assert fields["Requires-Python"] == [">=3.10"]
    assert fields["Summary"]
    assert set(map(Requirement, fields.get("Requires-Dist", []))) == set(map(Requirement, REQUIRED[distribution]))


def test_the_exporter_has_the_expected_entry_points(wheels: Wheelhouse) -> None:
    (text,) = (content for name, content in members(wheels.repaired("libfoo")).items() if name.endswith("_points.txt"))
    parser = configparser.ConfigParser()
    parser.read_string(text.decode())
    assert {group: dict(parser[group]) for group in parser.sections()} == {
        "pkg_config": {"libfoo": "libfoo.pkgconfig"},
        "cmake.prefix": {"libfoo": "libfoo._prefix"},
        "cmake.root": {"foo": "libfoo._prefix"},
        "pyinstaller40": {"hook-dirs": "libfoo._pyinstaller:get_hook_dirs"},
    }


@pytest.mark.parametrize("consumer", ["consumer-ext", "consumer-cython", "consumer-setuptools"])
def test_auditwheel_misses_only_the_library_in_a_consumer(wheels: Wheelhouse, consumer: str) -> None:
    # `show` has no --exclude, so it names the tag that the wheel would have without one.
    report = " ".join(tool("auditwheel", "show", wheels.repaired(consumer)).stdout.split())
    missing = re.findall(r'"([^"]*)": null', report)
    assert missing == ["libfoo.so.1"]


REQUIRED = {
    **{name: ["libfoo>=1.1,<2"] for name in PACKAGES},
    "libfoo": [],
    "consumer-cmake": ["libfoo>=1.1.0,<2", "libbar>=2.0.0,<3"],  # derived from the versions that it was built against
}


EXPORTER = """
libfoo/__init__.py
libfoo/__main__.py
libfoo/_init.abi3.so
libfoo/_init.pyi
libfoo/_libraries.py
libfoo/_loader.py
libfoo/_prefix.py
libfoo/_pyinstaller/__init__.py
libfoo/_pyinstaller/hook-libfoo.py
libfoo/cmake/foo-config-version.cmake
libfoo/cmake/foo-config.cmake
libfoo/diagnosis.py
libfoo/include/foo.h
libfoo/include/foo_version.h
libfoo/libfoo.so.1
libfoo/pkgconfig/foo.pc
libfoo/py.typed
"""


def metadata(wheel: Path) -> dict[str, list[str]]:
    """Return the fields of a wheel's METADATA."""
    (text,) = (content for name, content in members(wheel).items() if name.endswith(".dist-info/METADATA"))
    message = message_from_string(text.decode())
    return {key: message.get_all(key) for key in message}


@pytest.mark.parametrize("distribution", PACKAGES)
def test_windows_can_hold_every_file_of_a_wheel_and_an_sdist(wheels: Wheelhouse, distribution: str) -> None:
    with tarfile.open(wheels.sdist(distribution)) as archive:
        names = [*archive.getnames(), *members(wheels.repaired(distribution))]
    assert names
    assert [name for name in names if not portable(name)] == []


@pytest.mark.parametrize(
    ("exporter", "runpaths"),
    [
        ("libfoo", {"libfoo/_init.abi3.so": "$ORIGIN", "libfoo/libfoo.so.1": None}),
        (
            "libbar",
            {"libbar/_init.abi3.so": "$ORIGIN", "libbar/libbar.so.2": "$ORIGIN", "libbar/libbarutil.so.2": None},
        ),
    ],
)
def test_only_files_that_need_a_library_beside_them_have_a_runpath_which_is_their_folder(
    wheels: Wheelhouse, exporter: str, runpaths: dict[str, str | None]
) -> None:
    found = binaries(wheels.repaired(exporter))
    assert {name: elf.runpath for name, elf in found.items()} == runpaths
    assert all(elf.rpath is None for elf in found.values())
