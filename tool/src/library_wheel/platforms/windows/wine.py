"""How Wine runs a program: in a prefix of its own, without a desktop, and with a server that is there before."""

import os
import shlex
import subprocess
from pathlib import Path

from ...processes import run
from ..installations import installed_once

WINE = Path("/usr/lib/wine/wine64")
SERVER = WINE.with_name("wineserver64")


def environment(prefix: Path) -> dict[str, str]:
    """Return what Wine is told: nothing of a desktop, of .NET or of HTML, and no messages of its own."""
    return {
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe=;winedbg.exe=",
        "WINEPREFIX": str(prefix),
    }


def wine_prefix() -> Path:
    """Return a prefix that says it is Windows 10."""
    return installed_once("windows-wine", make_prefix, "making a prefix for Wine")


def make_prefix(directory: Path) -> None:
    """Fill a prefix with Wine's registry and drives."""
    variables = {**os.environ, **environment(directory)}
    run([WINE, "wineboot", "--init"], variables)
    run([WINE, "winecfg", "-v", "win10"], variables)
    run([SERVER, "--wait"], variables)


def start_server() -> None:
    """Start Wine's server and services, for as long as programs run and five minutes more: longer than any pause.

    A program that starts them lends them its standard output: who reads that to its end, waits for them. And one that
    comes as the server ends, may end with it.
    """
    variables = {**os.environ, **environment(wine_prefix())}
    for command in ([str(SERVER), "--persistent=300"], [str(WINE), "cmd", "/c", "exit"]):
        subprocess.run(
            command,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # The server's status says whether it was there already.
            check=command[0] == str(WINE),
        )


def script(file: Path, program: Path) -> Path:
    """Write a script that runs a Windows program as if it were one of this machine's; return the script."""
    variables = shlex.join(f"{name}={value}" for name, value in environment(wine_prefix()).items())
    file.write_text(f'#!/bin/sh\nexec env -u DISPLAY {variables} {WINE} {shlex.quote(str(program))} "$@"\n')
    file.chmod(0o755)
    return file


def host_paths(text: str) -> str:
    """Return a text in which paths are as this machine has them: Wine's drive Z: is this machine's root."""
    return text.replace("Z:\\", "/").replace("\\", "/")
