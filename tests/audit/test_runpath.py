"""Meson would leave the build environment's folder in a consumer that uses the dependency itself."""

import tempfile
from pathlib import Path

from library_wheel.project import edits
from library_wheel.project.builds import build, repair
from library_wheel.project.packages import EXPORTER
from library_wheel.project.sources import snapshot
from library_wheel.project.wheel_files import binaries, paths_of_this_machine
from library_wheel.project.wheels import Wheelhouse


def test_a_consumer_linked_to_the_dependency_itself_would_keep_the_build_environments_path(
    wheels: Wheelhouse, using: Path, tmp_path: Path
) -> None:
    def edit(tree: Path) -> None:
        meson = tree / "consumer-ext" / "meson.build"
        dependency = "'dependencies': foo"
        edits.replace_once(meson, f"{dependency},", f"{dependency}_package,")

    build(snapshot(tmp_path / "tree", edit) / "consumer-ext", tmp_path / "out", "--wheel", using=using)
    (built,) = (tmp_path / "out").glob("*.whl")
    repair(built, tmp_path / "repaired", exporters=[wheels.wheel(EXPORTER)])
    (wheel,) = (tmp_path / "repaired").glob("*.whl")
    extensions = {name: elf.runpath for name, elf in binaries(wheel).items()}
    assert all(runpath.startswith(f"{tempfile.gettempdir()}/build-env-") for runpath in extensions.values()), extensions
    assert {name: str(path) for name, path in extensions.items()} == paths_of_this_machine(wheel)
