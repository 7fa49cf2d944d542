"""Commands and tests that pages name: each function returns those that don't exist."""

import functools
import re

from library_wheel.project.packages import ROOT

ENV_LIST = re.compile(r"^env_list = .*", re.MULTILINE)
TEST = re.compile(r"(?P<file>[\w/.-]+)(::(?P<name>\w+))?")


def wrong_test(named: str) -> list[str]:
    """Return an error if a file, or a test in it, doesn't exist."""
    match = TEST.fullmatch(named)
    if not match or not (ROOT / match["file"]).is_file():
        return [f"there is no {named}"]
    name = match["name"]
    return [] if name is None or name in tests(match["file"]) else [f"{match['file']} has no {name}"]


@functools.cache
def tests(file: str) -> list[str]:
    """Return the names of a file's tests."""
    return re.findall(r"^def (test_\w+)", (ROOT / file).read_text(), re.MULTILINE)


def environments(file: str) -> set[str]:
    """Return the environments that a tox.ini defines."""
    text = (ROOT / file).read_text()
    lines = [ENV_LIST.search(text)[0], *re.findall(r"^\[testenv:(.*)", text, re.MULTILINE)]
    return set(re.findall(r"[\w-]+", " ".join(lines)))


def named_environments(words: list[str]) -> list[str]:
    """Return the environments that a command of tox names."""
    return words[words.index("-e") + 1].split(",") if "-e" in words[:-1] else []


def wrong_tox(words: list[str]) -> list[str]:
    """Return the words of a command that tox or its environment would not find."""
    file = "template/own/project/tox.ini.jinja" if "-c" in words else "tox.ini"
    unknown = [name for name in named_environments(words) if name not in environments(file)]
    after = words[words.index("--") + 1 :] if "--" in words else []
    return [f"{file} has no environment {name}" for name in unknown] + wrong_pytest(after)


def wrong_pytest(words: list[str]) -> list[str]:
    """Return the words that pytest would not find: files, tests, and the word after -k in names and parameters."""
    files = [word for word in words if word.endswith(".py") or ".py::" in word]
    found = [problem for file in files for problem in wrong_test(file)]
    if "-k" in words[:-1] and files and not found:
        word = words[words.index("-k") + 1]
        selected = re.compile(rf"def test_\w*{word}|\b{word}\b")
        if not any(selected.search((ROOT / file.partition("::")[0]).read_text()) for file in files):
            found.append(f"{' '.join(files)} has nothing that -k {word} selects")
    return found


def below(file: str) -> str:
    """Return the path of a test that is named only by its file's name."""
    if "/" in file:
        return file
    name, _, test = file.partition("::")
    folders = ("tests", "tool/src/library_wheel", "tool/tests")
    paths = [path.relative_to(ROOT).as_posix() for folder in folders for path in (ROOT / folder).rglob(name)]
    return "::".join(filter(None, [paths[0] if paths else name, test]))
