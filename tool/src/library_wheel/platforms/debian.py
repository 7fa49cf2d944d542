"""Packages and sources from Debian's archive: installed, or unpacked elsewhere by an apt with a state of its own.

The suite determines the version. apt checks signatures and hashes.
"""

import logging
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ..errors import CannotRunError
from ..processes import run
from .installations import CACHE

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


logger = logging.getLogger(__name__)


class MissingPackagesError(CannotRunError):
    """Debian packages that are not installed."""


def require(*packages: str) -> None:
    """Install the Debian packages that are missing. Raises MissingPackagesError, with the command, if not root."""
    if not (missing := not_installed(packages)):
        return
    command = ["apt-get", "install", "--no-install-recommends"]
    if os.geteuid() != 0:
        raise MissingPackagesError(f"Debian packages are missing. As root, run: {' '.join([*command, *missing])}")
    # Here, since it tries out the file system when it is imported.
    from filelock import FileLock

    CACHE.mkdir(parents=True, exist_ok=True)
    # apt-get fails if another one runs, for another platform that is made at the same time.
    with FileLock(CACHE / "apt-get.lock"):
        if missing := not_installed(packages):
            logger.info("installing Debian packages: %s", ", ".join(missing))
            run(["apt-get", "update"])
            run([*command, *missing, "--yes"], {**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def not_installed(names: Sequence[str]) -> list[str]:
    """Return the packages that are not installed."""
    return [name for name in names if not is_installed(name)]


def is_installed(package: str) -> bool:
    """Return whether dpkg has a package installed."""
    command = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    return subprocess.run(command, capture_output=True, text=True).stdout == "installed"


def packages(destination: Path, *names: str, suite: str, architecture: str) -> None:
    """Unpack packages below `destination`, without their dependencies."""
    archives = state(destination) / "archives"
    archives.mkdir()
    run([*apt(destination, "deb", suite, architecture), "download", *names], cwd=archives)
    for archive in sorted(archives.glob("*.deb")):
        run(["dpkg-deb", "--extract", archive, destination])
    shutil.rmtree(state(destination))


def source(destination: Path, name: str, *, suite: str) -> None:
    """Unpack a package's upstream source, without Debian's changes, into `destination`."""
    archive = source_archive(destination, name, suite=suite)
    run(["tar", "--extract", "--file", archive, "--directory", destination, "--strip-components=1"])
    archive.unlink()


def source_archive(destination: Path, name: str, *, suite: str) -> Path:
    """Download the archive of a package's upstream source, without Debian's changes, and return the file."""
    archives = state(destination) / "archives"
    archives.mkdir()
    run([*apt(destination, "deb-src", suite, "amd64"), "source", "--download-only", name], cwd=archives)
    (archive,) = archives.glob("*.orig.tar.*[!c]")  # but not its signature, .asc
    archive = archive.rename(destination / archive.name)
    shutil.rmtree(state(destination))
    return archive


def state(destination: Path) -> Path:
    """Return the folder for apt's state while it downloads packages for `destination`."""
    directory = destination / ".apt"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def apt(destination: Path, kind: str, suite: str, architecture: str) -> list[str | Path]:
    """Return the beginning of an apt-get command that knows one suite of the archive that this machine uses."""
    directory = state(destination)
    (directory / "lists" / "partial").mkdir(parents=True)
    (directory / "status").touch()
    (directory / "sources.list").write_text(f"{kind} [signed-by={KEYRING}] {archive()} {suite} main\n")
    options = {
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        # The default user, _apt, may not write here.
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Dir::Cache": directory,
        "Dir::Etc::SourceList": directory / "sources.list",
        "Dir::Etc::SourceParts": "-",
        "Dir::State": directory,
        "Dir::State::Lists": directory / "lists",
        "Dir::State::Status": directory / "status",
    }
    command: list[str | Path] = ["apt-get", "--quiet"]
    command += [f"--option={name}={value}" for name, value in options.items()]
    run([*command, "update"])
    return command


def archive() -> str:
    """Return the address of Debian's archive, or of a mirror, from this machine's settings of apt."""
    command = ["apt-get", "indextargets", "--format=$(SITE)", "Label: Debian"]
    sites = run(command).split() if shutil.which("apt-get") else []
    if not sites:
        raise MissingPackagesError(
            "apt knows no Debian archive. On Debian, run `apt-get update`. This platform needs Debian packages"
        )
    return sites[0]
