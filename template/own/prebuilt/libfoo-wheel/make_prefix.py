"""Make the folder prefix/ with an installed libfoo, which the wheel is built from: `python make_prefix.py`.

Fill in how to build or download the library on each system that you publish wheels for. tox, cibuildwheel and builds
from an sdist run this script first. An sdist contains only committed files: keep what the script needs, such as
upstream's sources, in a folder beside it.

You can also put the folder there yourself. The script then leaves it alone.
"""

import argparse
import hashlib
import re
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PREFIX = HERE / "prefix"
# This file records the system, the version and the script that made the folder. A folder without it is yours, and left
# alone.
MADE_FOR = "made-for"
VERSION = re.search("version: '(.+)'", (HERE / "meson.build").read_text(encoding="utf-8"))[1]
SCRIPT = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
NOW = f"{sysconfig.get_platform()} {sysconfig.get_config_var('MULTIARCH')} {VERSION} {SCRIPT}"


def linux(prefix: Path) -> None:
    """Install the library into a folder on Linux, with glibc or musl."""
    # With autotools and upstream's sources in the folder `upstream`, for example, after `import subprocess` above. It
    # builds a copy of the sources. Otherwise sdists and cibuildwheel's containers would have this machine's objects.
    #
    #     sources = shutil.copytree(HERE / "upstream", prefix.parent / "upstream")
    #     subprocess.run(["./configure", "--prefix=/", "--disable-static"], cwd=sources, check=True)
    #     subprocess.run(["make", "install-strip", f"DESTDIR={prefix}"], cwd=sources, check=True)
    raise NotImplementedError


def macos(prefix: Path) -> None:
    """Install the library into a folder on macOS, for this machine's processor."""
    raise NotImplementedError


def windows(prefix: Path) -> None:
    """Install the library into a folder on Windows."""
    raise NotImplementedError


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--again", action="store_true", help="make it even if this script has made it before")
    again = parser.parse_args().again
    made_for = PREFIX / MADE_FOR
    if PREFIX.is_dir() and (not made_for.is_file() or (made_for.read_text() == NOW and not again)):
        return
    make = {"darwin": macos, "win32": windows}.get(sys.platform, linux)
    with tempfile.TemporaryDirectory(prefix="prefix-", dir=HERE) as temporary:
        unfinished = Path(temporary, "prefix")
        unfinished.mkdir()
        try:
            make(unfinished)
        except NotImplementedError:
            sys.exit(
                f"There is no folder {PREFIX} with the include and lib of an installed libfoo. "
                f"Install it there, or fill in {make.__name__}() in {Path(__file__).resolve()}, "
                "or name another folder: pip install --config-settings=setup-args=-Dlibrary_prefix=/folder"
            )
        (unfinished / MADE_FOR).write_text(NOW)
        # The folder is for one system only, so neither git nor an sdist takes it.
        (unfinished / ".gitignore").write_text("*\n")
        shutil.rmtree(PREFIX, ignore_errors=True)
        unfinished.rename(PREFIX)


if __name__ == "__main__":
    main()
