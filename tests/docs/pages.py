"""The documentation's pages: their blocks of code, messages, links and headings."""

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

MARK = re.compile(r"<!--\s*(quoted|run|printed|shown|drawn)\b:?\s*(.*?)\s*-->\s*", re.DOTALL)


class Marked(NamedTuple):
    """A block of code or a heading, and the comment beside it."""

    line: int
    kind: str
    sources: list[str]
    language: str
    text: str


def tokens(text: str) -> list[Token]:
    """Return a page's parts."""
    return MarkdownIt("commonmark").enable("table").parse(text)


def mark(token: Token) -> tuple[str, str]:
    """Return the kind of a comment and what it names; nothing if it is not one of ours."""
    match = MARK.fullmatch(token.content) if token.type == "html_block" else None
    return (match[1], match[2]) if match else ("", "")


def blocks(text: str) -> Iterator[Marked]:
    """Yield the blocks of code."""
    parts = tokens(text)
    for before, token in itertools.pairwise([Token("", "", 0), *parts]):
        if token.type in ("fence", "code_block"):
            kind, named = mark(before)
            yield Marked(token.map[0] + 1, kind, named.split(), token.info, token.content)


def messages(text: str) -> Iterator[Marked]:
    """Yield the headings that are messages: those that contain only code."""
    parts = tokens(text)
    for number, token in enumerate(parts):
        if token.type == "heading_open":
            words = parts[number + 1].children
            if [word.type for word in words] == ["code_inline"]:
                kind, named = mark(parts[number + 3]) if number + 3 < len(parts) else ("", "")
                yield Marked(token.map[0] + 1, kind, named.split(), "", words[0].content)


def links(text: str) -> list[str]:
    """Return the targets of a page's links and pictures."""
    children = [child for part in tokens(text) for child in part.children or []]
    return [
        str(child.attrs.get("href") or child.attrs.get("src")) for child in children if {"href", "src"} & {*child.attrs}
    ]


def headings(text: str) -> set[str]:
    """Return the names that a forge gives to the headings of a page."""
    parts = tokens(text)
    names: list[str] = []
    for before, token in itertools.pairwise(parts):
        if before.type == "heading_open":
            words = "".join(child.content for child in token.children)
            name = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
            names.append(f"{name}-{names.count(name)}" if name in names else name)
    return set(names)
