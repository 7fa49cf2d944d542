"""Compile like a compiler, but each source only once: `python launcher.py FOLDER COMPILER ARGUMENT...`.

FOLDER keeps the object files, by the preprocessed source, the options and the compiler. An sdist's wheel, an editable
install and a variant are built in separate folders. ccache would compile in each of them again, since its keys contain
paths. If it used relative paths, the audits would not see paths that upstream embeds.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

# Options with a value, attached or in the next argument, about files that the preprocessor reads or writes. The
# preprocessed text shows their effect.
PREPROCESSORS = re.compile("-(idirafter|imacros|include|iquote|isystem|D|I|MF|MQ|MT|U|o)(.*)", re.DOTALL)
# Options that map the names of files in debug information, and in __FILE__, where the preprocessed text shows them.
PREFIX_MAPS = re.compile("-f(debug|file|macro)-prefix-map=")
OTHERS_WITH_A_VALUE = {"-arch", "-target", "--param", "-isysroot", "--sysroot", "-mllvm"}
# Options with which a compiler reads or writes other files, or makes no object file.
NOT_ALONE = re.compile("@|--coverage|-fmodule|-fprofile|-gsplit-dwarf|-save-temps|-Wp,|-X|-x|-E$|-M$|-MM$|-S$")
# The name of a file in a line marker, or any other text in quotes.
QUOTED = re.compile(rb'(^# \d+ )?("(?:[^"\\\n]|\\.)*")', re.MULTILINE)
# Variables that a compiler takes options from.
VARIABLES = ("MACOSX_DEPLOYMENT_TARGET", "SDKROOT")


def main(folder: Path, command: list[str]) -> int:
    """Run a compiler's command, or produce the same result; return the exit code."""
    key, output = recognised(command)
    if not key:
        return subprocess.call(command)
    kept = folder / key[:2] / key
    kept.parent.mkdir(parents=True, exist_ok=True)
    # If two builds run at the same time, one waits for the other.
    with open(kept.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.is_file():
            if code := subprocess.call(command):
                return code
            unfinished = kept.with_suffix(".unfinished")
            shutil.copyfile(output, unfinished)
            unfinished.rename(kept)
            return 0
    shutil.copyfile(kept, output)
    return 0


def recognised(command: list[str]) -> tuple[str, str]:
    """Return a hash of everything that affects an object file, and the file; both empty for any other command.

    This also writes the list of headers, if the command asks for it.
    """
    options: list[str] = []
    sources: list[str] = []
    values: dict[str, str] = {}
    compiler, *arguments = command
    rest = iter(arguments)
    for argument in rest:
        if NOT_ALONE.match(argument):
            return "", ""
        if found := PREPROCESSORS.fullmatch(argument):
            values[found[1]] = found[2] or next(rest, "")
        elif argument in OTHERS_WITH_A_VALUE:
            options += [argument, next(rest, "")]
        elif argument.startswith("-"):
            options += [] if PREFIX_MAPS.match(argument) else [argument]
        else:
            sources.append(argument)
    # Without these names the compiler would derive them from the object file's name.
    named = "MF" in values and ("MT" in values or "MQ" in values)
    headers = {"-MD", "-MMD"}.intersection(options)
    program = shutil.which(compiler)
    if len(sources) != 1 or "-c" not in options or "o" not in values or (headers and not named) or not program:
        return "", ""
    preprocessed = subprocess.run([compiler, *preprocessing(arguments)], capture_output=True)
    if preprocessed.returncode != 0 or b".incbin" in preprocessed.stdout:
        return "", ""
    file = Path(program).resolve().stat()
    environment = [os.environ.get(name) for name in VARIABLES]
    said = repr([program, file.st_mtime_ns, file.st_size, options, Path(sources[0]).suffix, environment])
    return hashlib.sha256(said.encode() + without_folders(preprocessed.stdout)).hexdigest(), values["o"]


def preprocessing(arguments: list[str]) -> list[str]:
    """Return the arguments with which a compiler writes the preprocessed source to its standard output."""
    output = next(index for index, argument in enumerate(arguments) if argument.startswith("-o"))
    count = 2 if arguments[output] == "-o" else 1
    kept = arguments[:output] + arguments[output + count :]
    return ["-E" if argument == "-c" else argument for argument in kept]


def without_folders(text: bytes) -> bytes:
    """Return preprocessed source with a number for the folder of each file, even where __FILE__ was."""
    names: dict[bytes, bytes] = {}

    def replace(found: re.Match[bytes]) -> bytes:
        marker, name = found.groups()
        if marker and name not in names:
            names[name] = b'"%d %s' % (len(names), name.rpartition(b"/")[2])
        return (marker or b"") + names.get(name, name)

    return QUOTED.sub(replace, text)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
