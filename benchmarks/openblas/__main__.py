"""Build NumPy and SciPy against one OpenBLAS, measure them beside PyPI's wheels, and write docs/openblas.json and .md.

`tox -e openblas` runs this with its dependencies installed. The first time takes an hour or two; what is built is kept.
"""

import argparse
import json
import logging
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from importlib.metadata import distributions
from pathlib import Path

from filelock import FileLock

from library_wheel.processes import CommandError
from library_wheel.project.builds import cannot_build

from .measure import measure
from .page import FIGURES, PAGE, render
from .wheels import FOLDER, NUMPY, OPENBLAS, PROJECTS, SCIPY, Project, built, downloaded


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="openblas", description=__doc__.splitlines()[0])
    parser.add_argument("--without-scipy", action="store_true", help="build only NumPy, in minutes; the page says so")
    projects = [NUMPY] if parser.parse_args().without_scipy else PROJECTS
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    reason = cannot_run(projects)
    if reason is not None:
        sys.exit(f"openblas: {reason}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(FOLDER / "lock"):
            ours, tools = built(projects)
            made = {"date": date.today().isoformat(), "machine": machine(), "versions": versions(projects, tools)}
            made["builds"] = builds(projects)
            figures = {**made, **measure(ours, downloaded(), projects)}
    except CommandError as error:
        sys.exit(f"{error}\nopenblas: this command failed; its output is above")
    except subprocess.CalledProcessError as error:
        sys.exit(
            f"openblas: the build of {error.cmd[-1]} failed; its output is above. Run this command again to continue"
        )
    except KeyboardInterrupt:
        sys.exit("openblas: interrupted. Run this command again to continue")
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n")
    PAGE.write_text(render(figures))


def cannot_run(projects: Sequence[Project]) -> str | None:
    """Return the reason why this can't run here, or None."""
    if (sys.platform, platform.machine(), platform.libc_ver()[0]) != ("linux", "x86_64", "glibc"):
        return (
            "PyPI's wheels for Linux on x86-64 with glibc are measured for comparison, so this command runs only there"
        )
    if SCIPY in projects and shutil.which("gfortran") is None:
        return "SciPy needs a Fortran compiler, and gfortran is not on PATH. Install it (Debian: apt install gfortran)"
    return cannot_build()


def machine() -> dict[str, str]:
    """Return the facts about the machine that affect the figures."""
    processor = re.search(r"^model name\s*: (.*)", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": processor[1] if processor else platform.machine(),
        "processors": str(os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "system": platform.freedesktop_os_release()["PRETTY_NAME"],
        "libc": " ".join(platform.libc_ver()),
    }


def versions(projects: Sequence[Project], tools: Path) -> dict[str, str]:
    """Return the versions of the projects and of the tools that build them."""
    found = {each.name: each.version for each in distributions(path=[str(tools)])}
    return {
        "CPython": platform.python_version(),
        **dict([OPENBLAS.split("==")]),
        **{project.name: project.version for project in projects},
        **{name: found[name] for name in ("meson", "meson-python", "ninja", "Cython", "pythran")},
    }


def builds(projects: Sequence[Project]) -> dict[str, dict[str, object]]:
    """Return each project's build: total steps and seconds, compilers, build type and flags."""
    found = {}
    for project in projects:
        build = project.folder / "build"
        # Each line has start and end in milliseconds, and an output. If an output was built again, its last line
        # counts. A step with several outputs has a line for each. Resumed builds append to this file.
        lines = [line.split("\t") for line in (build / ".ninja_log").read_text().splitlines()[1:]]
        steps = set({output: (int(start), int(end)) for start, end, _, output, _ in lines}.values())
        seconds = round(sum(end - start for start, end in steps) / 1000)
        options = json.loads((build / "meson-info" / "intro-buildoptions.json").read_text())
        chosen = {option["name"]: option["value"] for option in options if option["name"] in ("buildtype", "c_args")}
        compilers = json.loads((build / "meson-info" / "intro-compilers.json").read_text())["host"]
        found[project.name] = {
            "steps": len(steps),
            "seconds": seconds,
            **chosen,
            "compilers": {language: f"{each['id']} {each['version']}" for language, each in compilers.items()},
        }
    return found


if __name__ == "__main__":
    main()
