"""The packed copy of a prebuilt library for macOS gets a private install name."""

import os
import subprocess
import sys
from pathlib import Path

import lief

from library_wheel.project.platform import PLATFORM
from library_wheel.variables import clean_environment
from support.rendering import render

NAME, PRIVATE = "libspam.1.dylib", "libspam_libspam.1.dylib"


def install_name(library: Path) -> str:
    """Return the install name of a library for one machine."""
    universal = lief.MachO.parse(library)
    (binary,) = universal
    identity = lief.MachO.LoadCommand.TYPE.ID_DYLIB
    (name,) = (command.name for command in binary.libraries if command.command == identity)
    return name


def test_a_prebuilt_library_is_packed_under_its_private_install_name(tmp_path: Path) -> None:
    project = render(tmp_path / "project", {"name": "spam", "kind": "prebuilt", "soname": "private"})
    library, packed = tmp_path / NAME, tmp_path / PRIVATE
    # The same options as in the platform's arm64.ini.
    command = ["clang-19", "--target=arm64-apple-macos11.0", "-fuse-ld=lld", "-shared", "-x", "c", "-", "-o", library]
    sdk = {**os.environ, **PLATFORM.machine_environment("arm64")}
    link = [f"-Wl,-install_name,@rpath/{NAME}", "-Wl,-headerpad_max_install_names"]
    subprocess.run([*command, *link], env=sdk, input="int spam(void) { return 1; }", text=True, check=True)
    path = os.pathsep.join([str(PLATFORM.programs), os.environ["PATH"]])
    take = [sys.executable, project / "libspam-wheel" / "take_library.py", library, packed, "aarch64"]
    subprocess.run([*take, "--rename-from", NAME], env=clean_environment({"PATH": path}), check=True)
    assert install_name(packed) == f"@rpath/{PRIVATE}"
    assert install_name(library) == f"@rpath/{NAME}"
