"""A WebAssembly file's section dylink.0, for loaders, as WebAssembly's tool conventions define it."""

from collections.abc import Iterator
from typing import NamedTuple

MAGIC = b"\0asm\1\0\0\0"
CUSTOM_SECTION = 0
NEEDED, RUNTIME_PATH = 2, 5


class Dylink(NamedTuple):
    """The needed libraries, and the folders where the loader looks for them."""

    needed: list[str]
    runpath: list[str]


class Reader:
    """Reads values one after the other from bytes."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        taken, self.content = self.content[:size], self.content[size:]
        return taken

    def number(self) -> int:
        """Return an unsigned integer in LEB128."""
        value = shift = 0
        while (byte := self.take(1)[0]) & 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
        return value | byte << shift

    def text(self) -> str:
        """Return a string, which its length precedes."""
        return self.take(self.number()).decode()

    def texts(self) -> list[str]:
        """Return strings, which their number precedes."""
        return [self.text() for _ in range(self.number())]

    def sections(self) -> Iterator[tuple[int, "Reader"]]:
        """Yield the type and the content of each section."""
        while self.content:
            kind = self.take(1)[0]
            yield kind, Reader(self.take(self.number()))


def read_dylink(content: bytes) -> Dylink:
    """Return the needs of a side module. Raises ValueError for any other file, since the section must be the first."""
    file = Reader(content)
    if file.take(len(MAGIC)) != MAGIC:
        raise ValueError("this is no WebAssembly")
    kind, section = next(file.sections())
    if kind != CUSTOM_SECTION or section.text() != "dylink.0":
        raise ValueError("this is no side module: its first section is not dylink.0")
    found = dict(section.sections())
    texts = {kind: found[kind].texts() for kind in (NEEDED, RUNTIME_PATH) if kind in found}
    return Dylink(texts.get(NEEDED, []), texts.get(RUNTIME_PATH, []))
