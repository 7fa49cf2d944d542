"""A machine on which the loader finds libraries of its own, as if they were installed: for programs run there alone."""

import os
import shutil
import subprocess
from pathlib import Path

CONFIGURATION, CACHE = Path("/etc/ld.so.conf"), Path("/etc/ld.so.cache")


def command_where_loaders_find(libraries: Path, scratch: Path) -> list[str | Path]:
    """Return the beginning of a command, whose program and all that it starts find the libraries in a folder.

    glibc's loader looks into its cache, auditwheel into what that is made from. Both are others in a mount namespace,
    which the kernel lets an ordinary user have, if it lets anybody. Raises RuntimeError if it does not.
    """
    configuration, cache = scratch / CONFIGURATION.name, scratch / CACHE.name
    configuration.write_text(f"{libraries}\ninclude /etc/ld.so.conf.d/*.conf\n")
    ldconfig = shutil.which("ldconfig", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if ldconfig is None or not CONFIGURATION.is_file() or not CACHE.is_file():
        raise RuntimeError("this machine's loader has no cache")
    subprocess.run([ldconfig, "-X", "-f", configuration, "-C", cache], check=True)
    mounts = f'mount --bind "$0" {CONFIGURATION} && mount --bind "$1" {CACHE} && shift && exec "$@"'
    user = os.getuid()
    as_root, as_before = ["--map-root-user"], ["unshare", f"--map-user={user}", f"--map-group={os.getgid()}"]
    unshare = ["unshare", "--mount", *(as_root if user else [])]
    command = [*unshare, "sh", "-c", mounts, configuration, cache, *(as_before if user else [])]
    try:
        subprocess.run([*command, "true"], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise RuntimeError(f"no mount namespace here: {getattr(error, 'stderr', '') or error}") from error
    return command
