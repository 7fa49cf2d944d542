"""In projects of the template, everything in a wheel for Windows uses the DLL's name from the answers."""

from pathlib import Path

import lief
import pytest

from library_wheel.processes import CommandError
from library_wheel.project.builds import build_for_platform
from library_wheel.project.layouts import Layouts
from library_wheel.project.wheel_files import members
from support.rendering import render
from template.test_builds import CMAKE, UPSTREAM, add_library

# Some upstreams set names on other systems only.
NOT_ON_WINDOWS = CMAKE.replace("set_target_properties", "if(NOT WIN32)\nset_target_properties") + "endif()\n"


def built(folder: Path, **answers: str) -> Path:
    """Make a project with a library of this kind, and return its exporter's wheel for Windows."""
    project = render(
        folder / "project", {"name": "spam", **answers, **(UPSTREAM if answers["kind"] != "in-tree" else {})}
    )
    if answers["kind"] != "in-tree":
        add_library(project, "spam", answers["kind"], "C")
    if answers["kind"] == "cmake":
        (file,) = project.glob("*/upstream/CMakeLists.txt")
        file.write_text(NOT_ON_WINDOWS.format(name="spam", source="source.c", cmake_language="C"))
    build_for_platform(project / "libspam-wheel", folder / "wheels")
    (wheel,) = (folder / "wheels").glob("*.whl")
    return wheel


@pytest.mark.parametrize(
    ("answers", "dll", "link_file"),
    [
        ({"kind": "cmake"}, "spam-1.dll", "spam.dll.a"),
        ({"kind": "cmake", "dll_name": "libspam.dll"}, "libspam.dll", "spam.dll.a"),
        ({"kind": "cmake", "soname": "private"}, "spam_libspam-1.dll", "spam_libspam.dll.a"),
        ({"kind": "cmake", "soname": "private", "dll_name": "eggs.dll"}, "eggs_libspam.dll", "spam_libspam.dll.a"),
        ({"kind": "in-tree", "soname": "private"}, "spam_libspam-1.dll", "spam_libspam.dll.a"),
        ({"kind": "meson", "dll_name": "libspam-1.dll"}, "libspam-1.dll", "libspam.dll.a"),
        ({"kind": "meson", "dll_name": "libspam-1.dll", "soname": "private"}, "libspam_libspam-1.dll", "libspam.dll.a"),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else "",
)
def test_everything_in_a_wheel_for_windows_calls_the_dll_by_its_name(
    layouts: Layouts, tmp_path: Path, answers: dict[str, str], dll: str, link_file: str
) -> None:
    wheel = built(tmp_path, **answers)
    files = {Path(name).name: content for name, content in members(wheel).items() if name.startswith("libspam/")}
    assert {name for name in files if name.endswith((".dll", ".a", ".lib"))} == {dll, link_file}
    stub = lief.PE.parse(files["_init.pyd"])
    assert [entry.name for entry in stub.imports if "spam" in entry.name or "eggs" in entry.name] == [dll]
    assert f"/{link_file}\n" in files["spam.pc"].decode()
    assert f'IMPORTED_LOCATION "${{_spam_package}}/{dll}"' in files["spam-config.cmake"].decode()
    # The real DLL in its place is found and works.
    paths = layouts.private(wheel).evaluate("import libspam as e; result = [e.get_library(), e.get_loaded_library()]")
    assert [path.replace("\\", "/").rpartition("/")[2] for path in paths] == [dll, dll]


def test_a_prebuilt_dll_can_get_no_private_name(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"spam-1[.]dll can't be renamed, "):
        built(tmp_path, kind="prebuilt", soname="private")
