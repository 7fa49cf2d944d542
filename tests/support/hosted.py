"""What the hosted workflows and cibuildwheel are told to run."""

import configparser
import os
from pathlib import Path

from .cache import run


def cibuildwheel_options(root: Path) -> dict[str, str]:
    """Return the variables by which tox.ini tells cibuildwheel what to do."""
    lines = tox_ini(root)["testenv:wheels"]["set_env"].strip().splitlines()
    options = dict(line.split(" = ", maxsplit=1) for line in lines if not line.startswith("#"))
    return {name: value.replace("\\{", "{").replace("\\}", "}") for name, value in options.items()}


def tox_ini(root: Path) -> configparser.ConfigParser:
    """Return a repository's tox.ini."""
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.optionxform = str  # names of variables are in capital letters
    parsed.read(root / "tox.ini", encoding="utf-8")
    return parsed


def repair(command: str, wheel: Path, output: Path, folder: Path, *path: Path) -> Path:
    """Run a repair command as cibuildwheel does, by a shell in `folder`; return the wheel that it made."""
    command = command.format(wheel=wheel, dest_dir=output, delocate_archs="x86_64,arm64")
    environment = {**os.environ, "PATH": os.pathsep.join([*map(str, path), os.environ["PATH"]])}
    run(["sh", "-c", command], environment, cwd=folder)
    (made,) = output.glob("*.whl")
    return made
