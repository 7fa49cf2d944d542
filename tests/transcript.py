"""Write docs/transcript-lz4.md: README.md's "Make your own", run for LZ4 in an empty folder, with times."""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from library_wheel.project.packages import ROOT
from real.projects import answers, debian_source

PAGE = ROOT / "docs" / "transcript-lz4.md"
ARCHIVE = "lz4-1.9.4.tar.gz"

COPY = (
    "copier copy --vcs-ref=HEAD --defaults --data-file=library-wheel/tests/real/answers/lz4.yml "
    f'--data=upstream_url="file://$PWD/{ARCHIVE}" library-wheel liblz4'
)
TEST = "tox -c liblz4 -e check"

# Runs the compiler, and records the processor time for upstream's sources.
COMPILER = """#!/bin/sh
cc "$@"
status=$?
case "$*" in */upstream/*) times >> "$0.times" ;; esac
exit $status
"""

COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Run(NamedTuple):
    """A command's output, and how long it took."""

    output: str
    seconds: float
    of_processors: float


def run(command: str, folder: Path, environment: dict[str, str]) -> Run:
    """Run a command in a folder. Exit with its output if it fails."""
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run(
        command, shell=True, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    seconds, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    of_processors = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if result.returncode != 0:
        sys.exit(f"{command}\n{result.stdout}")
    output = COLOURS.sub("", result.stdout).replace(f"{folder}/", "").replace(str(folder), ".")
    return Run(output, seconds, of_processors)


def processor_seconds(times: str) -> float:
    """Return the seconds in the output of the shell's `times`, where every second line is for child processes."""
    return sum(60 * int(m) + float(s) for m, s in re.findall(r"(\d+)m([\d.]+)s", "\n".join(times.splitlines()[1::2])))


def quoted(command: str, output: str, lines: int) -> str:
    """Return a command and the last lines of its output as a block of Markdown."""
    shown = output.strip().splitlines()
    left_out = ["..."] if len(shown) > lines else []
    return "\n".join(
        ["<!-- printed: tox -e transcript -->", "", "```text", f"$ {command}", *left_out, *shown[-lines:], "```"]
    )


def main() -> None:
    """Run the commands and write the page."""
    # Remove tox's variables. With them, the project's tox would use this environment.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TOX_", "VIRTUAL_ENV"))}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        (folder / ARCHIVE).symlink_to(debian_source("lz4", answers("lz4")["upstream_sha256"]))
        subprocess.run(["git", "clone", "--quiet", ROOT, folder / "library-wheel"], check=True)
        compiler = folder / "cc"
        compiler.write_text(COMPILER)
        compiler.chmod(0o755)
        load = os.getloadavg()[0]
        copying = run(COPY, folder, environment)
        testing = run(TEST, folder, {**environment, "CC": str(compiler)})
        upstreams = processor_seconds(compiler.with_name("cc.times").read_text())
        (wheel,) = {path.name for path in folder.glob("liblz4/build/wheels-*/*/as-it-stands/repaired/liblz4-*.whl")}
    processors = os.cpu_count() or 1
    total = copying.seconds + testing.seconds
    PAGE.write_text(
        f"""# From an empty folder to an audited wheel: LZ4

`tox -e transcript` wrote this page. It ran the two commands that make and test a project
([README](../README.md#make-your-own)), with the [answers](../tests/real/answers/lz4.yml) from a file. Downloads came
from pip's cache, and LZ4's archive was in the folder. The machine has {processors} processors, and
its load at the start was {load:.1f}.

| | seconds | processor seconds |
|---|---|---|
| `copier copy` | {copying.seconds:.0f} | {copying.of_processors:.0f} |
| `tox` | {testing.seconds:.0f} | {testing.of_processors:.0f} |
| together | {total:.0f} | {copying.of_processors + testing.of_processors:.0f} |
| compiling LZ4's own sources, at least | {upstreams / processors:.0f} | {upstreams:.0f} |
| everything else | {total - upstreams / processors:.0f} | |

The wheel is `{wheel}`.

{quoted(COPY, copying.output, 12)}

{quoted(TEST, testing.output, 40)}
"""
    )


if __name__ == "__main__":
    main()
