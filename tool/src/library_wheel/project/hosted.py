"""The commands that hosted workflows and cibuildwheel run."""

import configparser
import os
import subprocess
import sys
from pathlib import Path

from ..processes import CommandError, run
from ..variables import clean_environment
from .packages import ROOT


class Settings(configparser.ConfigParser):
    """Sections whose keys keep their capital letters, since they are names of variables."""

    def optionxform(self, optionstr: str) -> str:
        """Return a key as it is."""
        return optionstr


def tox_settings(root: Path, *keys: str, python: Path = Path(sys.executable)) -> dict[str, dict[str, list[str]]]:
    """Return the settings of tox and each of its environments, as tox resolves them, as a list of lines each.

    `python` has the tox to ask. Raises CommandError with tox's message if an environment does not load.
    """
    tox: list[str | Path] = [python, "-m", "tox", "config", "--no-provision", "--root", root]
    command = [*tox, "--conf", root / "tox.ini", "-e", "ALL", "--core", "-k", *keys]
    result = subprocess.run(command, env=clean_environment(), capture_output=True, text=True)
    # Some versions of tox exit with 0 although an environment does not load.
    unloaded = [line for line in result.stdout.splitlines() if "# Exception" in line]
    if result.returncode != 0 or unloaded:
        raise CommandError("\n".join(unloaded) or result.stdout + result.stderr)
    parsed = Settings(interpolation=None)
    parsed.read_string(result.stdout)
    return {
        section.removeprefix("testenv:"): {key: text.strip().splitlines() for key, text in parsed[section].items()}
        for section in parsed.sections()
    }


def repair(command: str, wheel: Path, output: Path, folder: Path, *path: Path) -> Path:
    """Run a repair command like cibuildwheel, but with the files in `folder`/dist; return the resulting wheel."""
    command = command.replace("{project}/dist", f"{folder}/dist")
    command = command.format(project=ROOT, wheel=wheel, dest_dir=output, delocate_archs="x86_64,arm64")
    environment = {**os.environ, "PATH": os.pathsep.join([*map(str, path), os.environ["PATH"]])}
    run(["sh", "-c", command], environment, cwd=folder)
    (made,) = output.glob("*.whl")
    return made
