"""A machine that has another copy of a library, where its loader finds it: for one command, not for the machine."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

CONFIGURATION = Path("/etc/ld.so.conf")
CACHE = Path("/etc/ld.so.cache")


def on_a_machine_that_has(folder: Path, command: Sequence[str | Path]) -> list[str | Path]:
    """Return the command by which another is run where glibc's loader finds the libraries in a folder.

    In a mount namespace of its own (unshare(1)), ld.so(8) reads a cache that lists the folder. Raises OSError where one
    may not make namespaces.
    """
    cache = folder / "ld.so.cache"
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as configuration:
        configuration.write(f"include {CONFIGURATION}\n{folder}\n")
        configuration.flush()
        subprocess.run(["/sbin/ldconfig", "-X", "-C", cache, "-f", configuration.name], check=True)
    unshare = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    bound = ["sh", "-c", 'mount --bind "$0" "$1" && shift && exec "$@"', cache, CACHE]
    if subprocess.run([*unshare, *bound, "true"], capture_output=True).returncode != 0:
        raise OSError("a mount namespace can't be made here")
    return [*unshare, *bound, *command]
