"""What a WebAssembly file says to a loader: its section dylink.0, as WebAssembly's tool conventions define it."""

from collections.abc import Iterator
from typing import NamedTuple

MAGIC = b"\0asm\1\0\0\0"
CUSTOM_SECTION = 0
NEEDED, RUNTIME_PATH = 2, 5


class Dylink(NamedTuple):
    """The libraries that are needed, and where they are looked for."""

    needed: list[str]
    runpath: list[str]


class Reader:
    """Takes values from the beginning of bytes."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def take(self, size: int) -> bytes:
        """Return so many bytes."""
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
        """Return a string, which begins with its length."""
        return self.take(self.number()).decode()

    def texts(self) -> list[str]:
        """Return strings, before which is their number."""
        return [self.text() for _ in range(self.number())]

    def sections(self) -> Iterator[tuple[int, "Reader"]]:
        """Yield the type and the content of each section."""
        while self.content:
            kind = self.take(1)[0]
            yield kind, Reader(self.take(self.number()))


def read_dylink(content: bytes) -> Dylink:
    """Return what a side module needs. Raises ValueError if it is none: the section has to be the first."""
    file = Reader(content)
    if file.take(len(MAGIC)) != MAGIC:
        raise ValueError("this is no WebAssembly")
    kind, section = next(file.sections())
    if kind != CUSTOM_SECTION or section.text() != "dylink.0":
        raise ValueError("this is no side module: its first section is not dylink.0")
    found = dict(section.sections())
    texts = {kind: found[kind].texts() for kind in (NEEDED, RUNTIME_PATH) if kind in found}
    return Dylink(texts.get(NEEDED, []), texts.get(RUNTIME_PATH, []))
