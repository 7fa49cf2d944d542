"""The probe in an interpreter under test tells a library's copies from other libraries whose names begin alike."""

import sys
from types import ModuleType

import pytest

from library_wheel import layout_probe

HASH, LONG_HASH = "1a2b3c4d", "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("platform", "library", "copies", "others"),
    [
        (
            "linux",
            "libfoo.so.1",
            ["libfoo.so.1", "libfoo.so.2.3", f"libfoo-{HASH}.so.1.0", f"libfoo-{HASH}-{HASH}.so.1"],
            ["libfoo-lite.so.1", f"libfoo-lite-{HASH}.so.1", "libfoobar.so.1", "libfoo-0.so.1"],
        ),
        ("linux", "libfoo-lite.so.1", ["libfoo-lite.so.1", f"libfoo-lite-{HASH}.so.1"], ["libfoo.so.1"]),
        ("darwin", "libfoo.1.dylib", ["libfoo.1.dylib", "libfoo.dylib"], ["libfoo-lite.1.dylib"]),
        (
            "win32",
            "foo-1.dll",
            ["foo-1.dll", "foo-2.dll", "foo.dll", f"foo-{LONG_HASH}.dll", f"foo-1-{LONG_HASH}.dll"],
            ["foo-lite-1.dll", f"foo-lite-{LONG_HASH}.dll", "foolib.dll"],
        ),
        ("win32", "foo-lite-1.dll", ["foo-lite-1.dll", "foo-lite-2.dll"], ["foo-1.dll"]),
    ],
)
def test_a_copy_has_the_librarys_name_or_one_that_a_tool_made_of_it(
    monkeypatch: pytest.MonkeyPatch, platform: str, library: str, copies: list[str], others: list[str]
) -> None:
    mapped = {f"/site/{name}" for name in copies + others}
    for name in ("files_of_linux", "images_of_macos", "modules_of_windows"):
        monkeypatch.setattr(layout_probe, name, lambda: mapped)
    monkeypatch.setattr(sys, "platform", platform)
    assert layout_probe.images(f"/site/{library}") == sorted(f"/site/{name}" for name in copies)


def test_another_library_of_the_exporter_is_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"foo": "/site/libfoo.so.1", "foo.extra": "/site/libfoo.extra.so.1"}
    exporter = ModuleType("libfoo")
    exporter.get_library = exporter.get_loaded_library = files.__getitem__  # type: ignore[attr-defined]
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(layout_probe, "files_of_linux", lambda: {*files.values(), "/other/libfoo.so.1"})
    seen = {library["own"]: library["images"] for library in layout_probe.about(exporter, list(files))}
    assert seen == {
        "/site/libfoo.so.1": ["/other/libfoo.so.1", "/site/libfoo.so.1"],
        "/site/libfoo.extra.so.1": ["/site/libfoo.extra.so.1"],
    }
