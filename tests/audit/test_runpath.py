"""Meson would leave the build environment's folder in a consumer that uses the dependency itself."""

import shutil
import tempfile
from pathlib import Path

from library_wheel.project import edits
from library_wheel.project.builds import repair
from library_wheel.project.packages import EXPORTER
from library_wheel.project.sources import snapshot
from library_wheel.project.wheel_files import binaries, paths_of_this_machine
from library_wheel.project.wheels import Wheelhouse, build_wheel


def test_a_consumer_linked_to_the_dependency_itself_would_keep_the_build_environments_path(
    wheels: Wheelhouse, tmp_path: Path
) -> None:
    def edit(tree: Path) -> None:
        meson = tree / "consumer-ext" / "meson.build"
        # If libfoo can't be imported, for example in a cross build, pkg-config finds it.
        edits.replace_once(meson, "import libfoo as f;", "import nothing as f;")
        edits.replace_once(meson, "'dependencies': linked,", "'dependencies': package,")

    output = tmp_path / "out"
    output.mkdir()
    exporter = shutil.copy2(wheels.wheel(EXPORTER), output)
    tree = snapshot(tmp_path / "tree", edit)
    build_wheel(tree, "consumer-ext", output, environment={"PKG_CONFIG": "pkgconf-pypi"})
    (built,) = output.glob("consumer_ext-*.whl")
    repair(built, tmp_path / "repaired", exporters=[exporter])
    (wheel,) = (tmp_path / "repaired").glob("*.whl")
    extensions = {name: elf.runpath for name, elf in binaries(wheel).items()}
    # The folder that the build found libfoo in, which is gone by now.
    assert all(runpath.startswith(f"{tempfile.gettempdir()}/") for runpath in extensions.values()), extensions
    assert {name: str(path) for name, path in extensions.items()} == paths_of_this_machine(wheel)
