"""Runs programs with Wine: in a prefix of its own, without a desktop, and with a server that is started before."""

import os
import shlex
import subprocess
from pathlib import Path

from ...processes import run
from ..installations import installed_once

WINE = Path("/usr/lib/wine/wine64")
SERVER = WINE.with_name("wineserver64")


def environment(prefix: Path) -> dict[str, str]:
    """Return variables for Wine: without a desktop, .NET, HTML or messages of its own."""
    return {
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe=;winedbg.exe=",
        "WINEPREFIX": str(prefix),
    }


def wine_prefix() -> Path:
    """Return a prefix that claims to be Windows 10."""
    return installed_once("windows-wine", make_prefix, "making a prefix for Wine")


def make_prefix(directory: Path) -> None:
    """Fill a prefix with Wine's registry and drives."""
    variables = {**os.environ, **environment(directory)}
    run([WINE, "wineboot", "--init"], variables)
    run([WINE, "winecfg", "-v", "win10"], variables)
    run([SERVER, "--wait"], variables)


def start_server() -> None:
    """Start Wine's server and services, which stay until five minutes after the last program.

    If a program started them, they would inherit its standard output, and reading that to its end would wait for them.
    A program that starts while the server is ending may end with it.
    """
    variables = {**os.environ, **environment(wine_prefix())}
    for command in ([str(SERVER), "--persistent=300"], [str(WINE), "cmd", "/c", "exit"]):
        subprocess.run(
            command,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # The server's status only shows whether it was already running.
            check=command[0] == str(WINE),
        )


def script(file: Path, program: Path) -> Path:
    """Write a script that runs a Windows program like one of this machine's; return the script."""
    variables = shlex.join(f"{name}={value}" for name, value in environment(wine_prefix()).items())
    file.write_text(f'#!/bin/sh\nexec env -u DISPLAY {variables} {WINE} {shlex.quote(str(program))} "$@"\n')
    file.chmod(0o755)
    return file


def host_paths(text: str) -> str:
    """Return text with Windows' paths translated to this machine's, whose root is Wine's drive Z:."""
    return text.replace("Z:\\", "/").replace("\\", "/")
