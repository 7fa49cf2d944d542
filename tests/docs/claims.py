"""Checks of the documentation: each function returns what is wrong with a page's text.

A comment before a block of code says where it comes from. A comment after a heading names the source of its words:

    <!-- quoted: FILE -->       the block is a passage of this file
    <!-- run: FILE ... -->      these run its commands
    <!-- printed: COMMAND -->   this command of tox or library-wheel printed it
    <!-- shown: TEST ... -->    these tests and sources contain its words; `…` and `...` stand for what varies
    <!-- drawn -->              it is a picture

A block of MyST's that includes a file of the repository needs none.
"""

import re
import shlex
import textwrap

from commands import below, named_environments, wrong_pytest, wrong_test, wrong_tox
from literals import literals
from pages import Marked, blocks, headings, links, messages, tokens

from library_wheel.project.packages import ROOT

COMMANDS = ROOT / "tool" / "src" / "library_wheel" / "commands"

# The folders of tests, and of code that tests share.
OF_TESTS = ("tests/", *(f"tool/src/library_wheel/{folder}/" for folder in ("audit", "matrix", "project", "workflows")))


def wrong_blocks(text: str) -> list[str]:
    """Return the blocks of a page that are not what their comment says, or that have no comment."""
    return [f"line {block.line}: {problem}" for block in blocks(text) for problem in problems(block)]


def wrong_messages(text: str) -> list[str]:
    """Return the headings that are messages which no source contains any more."""
    found = []
    for message in messages(text):
        said = shown(message) if message.kind == "shown" else ["no comment says what shows it"]
        found += [f"line {message.line}: {problem}" for problem in said]
    return found


def problems(block: Marked) -> list[str]:
    """Return what is wrong with a block of code."""
    if match := re.fullmatch(r"\{include\} (?:\.\./)*(\S+)", block.language):
        return [] if (ROOT / match[1]).is_file() else [f"there is no {match[1]}"]
    if not block.kind:
        return ["no comment says where it is from"]
    return {"quoted": quoted, "run": run, "printed": printed, "shown": shown, "drawn": drawn}[block.kind](block)


def quoted(block: Marked) -> list[str]:
    """A passage of a file, except for its indentation. Another page is no source: it may be just as wrong."""
    name = " ".join(block.sources)
    lines = (ROOT / name).read_text().splitlines() if (ROOT / name).is_file() and not name.endswith(".md") else []
    wanted = textwrap.dedent(block.text).strip("\n").splitlines()
    passages = (lines[start : start + len(wanted)] for start in range(len(lines)))
    same = any(textwrap.dedent("\n".join(passage)).splitlines() == wanted for passage in passages)
    return [] if same and wanted else [f"{name} has no such passage"]


def run(block: Marked) -> list[str]:
    """Commands. Each begins like one in the files that run them: tox's environments and their tests."""
    if found := [problem for source in block.sources for problem in wrong_test(source)]:
        return found
    there = "\n".join((ROOT / name).read_text() for name in block.sources)
    for command in filter(None, re.split(r"&&|\n", block.text)):
        words = [word.removeprefix(".venv/bin/") for word in shlex.split(command, comments=True)]
        unknown = wrong_tox(words) if words[0] == "tox" else []
        begins = named_environments(words) if words[0] == "tox" else [" ".join(words[:2])]
        found += unknown or [f"{' '.join(block.sources)} does not run {name}" for name in begins if name not in there]
    return found


def printed(block: Marked) -> list[str]:
    """The output of a command of tox or library-wheel."""
    match block.sources:
        case ["tox", *_]:
            return wrong_tox(block.sources)
        case ["library-wheel", command, *_] if (COMMANDS / f"{command}.py").is_file():
            return []
    return ["no command of tox or library-wheel printed it"]


def drawn(block: Marked) -> list[str]:
    """A picture, which can't be checked, and so must not be code."""
    return [] if block.language == "text" else ["it is no picture, but code"]


def shown(block: Marked) -> list[str]:
    """Words that tests expect or that sources print."""
    if found := [problem for source in block.sources for problem in wrong_test(source)]:
        return found
    # The interpreter adds the error's type.
    words = re.sub(r"^\w*(Error|Warning): ", "", " ".join(block.text.split()))
    fragments = [fragment.strip() for fragment in re.split(r"…|\.\.\.", words)]
    said = {source: literals(source) for source in block.sources}
    unsaid = [fragment for fragment in fragments if not any(fragment in texts for texts in said.values())]
    if unsaid:
        return [f"{' '.join(said)} do not say: {fragment}" for fragment in unsaid]
    by_tests = "\n".join(texts for source, texts in said.items() if source.startswith(OF_TESTS))
    if not any(len(fragment) >= 12 and fragment in by_tests for fragment in fragments):
        return ["no named test contains enough of it to identify it"]
    return []


def wrong_commands(text: str) -> list[str]:
    """Return the commands and tests, in code within sentences and tables, that don't exist."""
    found = []
    for part in tokens(text):
        for child in part.children or []:
            words = child.content.removeprefix(".venv/bin/").split() if child.type == "code_inline" else []
            if words[:1] == ["tox"]:
                found += wrong_tox(words)
            elif words and re.match(r"(tests/|tool/src/library_wheel/\w+/test_|test_\w+\.py)", words[0]):
                found += wrong_pytest([below(words[0]), *words[1:]])
    return found


def wrong_links(text: str, page: str, files: set[str]) -> list[str]:
    """Return the links inside the repository that lead to no tracked file, folder or heading."""
    found = []
    for link in links(text):
        if re.match(r"\w+:", link):
            continue
        path, _, heading = link.partition("#")
        target = (ROOT / page).parent.joinpath(path).resolve() if path else ROOT / page
        name = target.relative_to(ROOT).as_posix() if target.is_relative_to(ROOT) else ""
        if not any(file == name or file.startswith(f"{name}/") for file in files):
            found.append(f"{page}: {link} leads to no file")
        elif heading and heading not in headings(text if not path else target.read_text()):
            found.append(f"{page}: {link} leads to no heading")
    return found
