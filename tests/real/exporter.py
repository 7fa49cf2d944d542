"""An exporter of LZ4, made from libfoo-wheel by renaming and by the few edits that another library asks for."""

import shutil
from pathlib import Path

from support.edits import replace_once
from support.packages import ROOT
from support.sources import commit, working_tree

HERE = Path(__file__).parent

# The longest first, as a name may be part of another.
NAMES = {"libfoo": "liblz4", "FOO": "LZ4", "foo": "lz4"}


def renamed(text: str) -> str:
    """Return text that speaks of LZ4 where it spoke of libfoo."""
    for old, new in NAMES.items():
        text = text.replace(old, new)
    return text


def make_exporter(tree: Path, sources: Path) -> Path:
    """Make the projects `liblz4` and `liblz4-wheel` in `tree`, from python-lz4's sources; return the latter."""
    upstream = tree / "liblz4"
    shutil.copytree(sources / "lz4libs", upstream)
    shutil.copy2(sources / "LICENSE", upstream)
    shutil.copy2(HERE / "liblz4" / "meson.build", upstream)

    wheel = tree / "liblz4-wheel"
    for name in working_tree("libfoo-wheel"):
        target = tree / renamed(str(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(renamed((ROOT / name).read_text()))
    edit(wheel)

    commit(tree)
    return wheel


def edit(wheel: Path) -> None:
    """Change what is not a name: the version, the calls that ask for it, and what upstream calls its .pc file."""
    replace_once(wheel / "meson.build", "version: '1.1.0'", "version: '1.9.4'")

    header = wheel / "liblz4" / "library.h"
    text = (
        header.read_text()
        .replace("lz4_version_number", "LZ4_versionNumber")
        .replace("lz4_version", "LZ4_versionString")
    )
    header.write_text(text)
    replace_once(header, "LZ4_VERSION_ENCODE(LZ4_VERSION_MAJOR + 1, 0, 0)", "(LZ4_VERSION_MAJOR + 1) * 100 * 100")

    replace_once(wheel / "discovery" / "meson.build", "output: 'lz4.pc'", "output: 'liblz4.pc'")
