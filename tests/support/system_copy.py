"""Runs a command on a machine whose loader finds another copy of a library."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

# The file that auditwheel reads, and the cache that glibc's loader reads, which is made from it.
CONFIGURATION = Path("/etc/ld.so.conf")
CACHE = Path("/etc/ld.so.cache")


def on_a_machine_that_has(folder: Path, command: Sequence[str | Path]) -> list[str | Path]:
    """Return a command prefix that lets the loader and auditwheel find the libraries in a folder.

    In a new mount namespace (unshare(1)), the configuration and the cache of ld.so(8) list the folder. If the kernel
    allows it, an ordinary user can make such a namespace, and stays the same user in it. Raises OSError otherwise.
    """
    configuration, cache = folder / CONFIGURATION.name, folder / CACHE.name
    configuration.write_text(f"{folder}\ninclude /etc/ld.so.conf.d/*.conf\n")
    ldconfig = shutil.which("ldconfig", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if ldconfig is None or not CONFIGURATION.is_file() or not CACHE.is_file():
        raise OSError("the loader of this machine has no cache")
    subprocess.run([ldconfig, "-X", "-C", cache, "-f", configuration], check=True)
    mounts = f'mount --bind "$0" {CONFIGURATION} && mount --bind "$1" {CACHE} && shift && exec "$@"'
    unshare = ["unshare", "--mount", "sh", "-c", mounts, configuration, cache]
    if os.geteuid() != 0:
        unshare.insert(1, "--map-root-user")
        unshare += ["unshare", f"--map-user={os.getuid()}", f"--map-group={os.getgid()}"]
    if subprocess.run([*unshare, "true"], capture_output=True).returncode != 0:
        raise OSError("a mount namespace can't be made here")
    return [*unshare, *command]
