"""Put the library's sources where Meson looks for a subproject: `upstream.py link`, or `upstream.py dist` for an sdist.

In a checkout the library lies beside this folder. If git tracked a symbolic link to it, an sdist would contain the link
instead of the library, and a checkout on Windows would contain a text file.
"""

import argparse
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIBLING = HERE.parent / "libfoo"
SUBPROJECT = HERE / "subprojects" / "libfoo"


def link() -> None:
    """Link subprojects/libfoo to the sibling, unless the sources are there, as in an unpacked sdist."""
    if (SUBPROJECT / "meson.build").is_file():
        return
    if not (SIBLING / "meson.build").is_file():
        sys.exit(
            f"The library's sources are missing: an sdist has them in {SUBPROJECT}, a checkout in {SIBLING}. "
            "Build from one of these."
        )
    if not SUBPROJECT.exists():
        SUBPROJECT.unlink(missing_ok=True)  # a link left dangling by a moved checkout
    try:
        make_link()
    except FileExistsError:
        if not (SUBPROJECT / "meson.build").is_file():  # otherwise another build has just made the link
            sys.exit(f"Remove {SUBPROJECT}: it has no meson.build, and the build needs a link to {SIBLING} there.")


def make_link() -> None:
    """Link subprojects/libfoo to the sibling. Raises FileExistsError if there is something already."""
    if sys.platform == "win32":
        # A junction: unlike a symbolic link, it needs no privilege.
        import _winapi

        _winapi.CreateJunction(str(SIBLING), str(SUBPROJECT))
    else:
        SUBPROJECT.symlink_to(os.path.relpath(SIBLING, SUBPROJECT.parent))


def dist() -> None:
    """Add the library, as committed, to the sdist that `meson dist` is making."""
    root = os.environ.get("MESON_DIST_ROOT")
    if root is None:
        sys.exit("`upstream.py dist` is called by `meson dist`, which sets MESON_DIST_ROOT. Run `meson dist` instead.")
    destination = Path(root) / "subprojects" / "libfoo"
    if destination.exists():  # an sdist made from an unpacked sdist
        return
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=SIBLING, check=True, stdout=subprocess.PIPE).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        # The default since Python 3.14. Without it 3.12 and 3.13 warn; some releases of 3.10 and 3.11 have no filters.
        tar.extraction_filter = getattr(tarfile, "data_filter", None)
        tar.extractall(destination)


if __name__ == "__main__":
    steps = {"link": link, "dist": dist}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=steps)
    steps[parser.parse_args().step]()
