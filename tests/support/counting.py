"""A compiler that counts how often a build compiles each source."""

import shlex
from collections import Counter
from pathlib import Path

from library_wheel.project.libraries import command


def counting_compiler(folder: Path, language: str = "C") -> Path:
    """Return a compiler in a folder that adds the name of each source it compiles to the file `log` beside it."""
    compiler = folder / f"counting-{command(language)[0].rpartition('/')[2]}"
    log = shlex.quote(str(folder / "log"))
    # The source is the argument with its suffix. Files that are only preprocessed don't count.
    compiler.write_text(
        "#!/bin/sh\n"
        'case " $* " in\n'
        '*" -E "*) ;;\n'
        '*" -c "*) for word; do case "$word" in -*) ;; '
        f'*.c|*.cpp) echo "${{word##*/}}" >>{log};; esac; done;;\n'
        "esac\n"
        f'exec {shlex.join(command(language))} "$@"\n'
    )
    compiler.chmod(0o755)
    return compiler


def compiled_by(compiler: Path) -> Counter[str]:
    """Return how often a counting compiler has compiled each source."""
    log = compiler.with_name("log")
    return Counter(log.read_text().splitlines() if log.exists() else [])
