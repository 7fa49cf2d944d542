"""Other releases of libfoo, each with the consumer-ext that was built against it."""

from collections.abc import Mapping
from pathlib import Path

from library_wheel.project.edits import replace_once

from . import variants

FIND_DECLARED = """
/* The id of `string` if it is interned, otherwise 0. Since 1.2. */
FOO_API uint32_t foo_find(const char *string);
"""
FIND_DEFINED = """
uint32_t foo_find(const char *string) { return string == NULL ? 0 : foo_intern(string); }
"""


def consumer_requires(tree: Path, floor: str, cap: str) -> None:
    """Make consumer-ext build against libfoo from `floor` up, and require that."""
    consumer = tree / "consumer-ext"
    for name in ("pyproject.toml", "consumer_ext/_build.py.in"):
        text = (consumer / name).read_text()
        assert "libfoo>=1.1,<2" in text
        (consumer / name).write_text(text.replace("libfoo>=1.1,<2", f"libfoo>={floor},<{cap}"))
    replace_once(consumer / "meson.build", "['>=1.1', '<2']", f"['>={floor}', '<{cap}']")


def release_1_0(tree: Path) -> None:
    """libfoo 1.0, and a consumer that doesn't use foo_hash()."""
    variants.older_minor(tree)
    consumer_requires(tree, "1.0", "2")
    extension = tree / "consumer-ext" / "consumer_ext" / "_ext.c"
    replace_once(extension, "foo_hash(data, (size_t)size)", "(uint64_t)(data[0] + size)")


def release_1_1(tree: Path) -> None:
    """libfoo 1.1, unchanged."""


def release_1_2(tree: Path) -> None:
    """libfoo 1.2, which has a new function, and a consumer that calls it."""
    variants.newer_minor(tree)
    consumer_requires(tree, "1.2", "2")
    library = tree / "libfoo"
    with open(library / "src" / "libfoo.map", "a") as file:
        file.write("\nLIBFOO_1.2 {\n  global:\n    foo_find;\n} LIBFOO_1.1;\n")
    header = library / "include" / "foo.h"
    replace_once(header, "\n#ifdef __cplusplus\n}\n", FIND_DECLARED + "\n#ifdef __cplusplus\n}\n")
    source = library / "src" / "foo.c"
    source.write_text(source.read_text() + FIND_DEFINED)
    replace_once(tree / "consumer-ext" / "consumer_ext" / "_ext.c", "foo_hash(data, (size_t)size)", "foo_find(data)")


def release_2_0(tree: Path) -> None:
    """libfoo 2.0, SOVERSION 2, and a consumer for it."""
    variants.next_major(tree)
    consumer_requires(tree, "2.0", "3")


def second_major(tree: Path) -> None:
    """libfoo 2.0 in packages that can be installed beside those of libfoo 1: libfoo2 and consumer-ext2."""
    release_2_0(tree)
    names = {"libfoo": "libfoo2", "consumer-ext": "consumer-ext2", "consumer_ext": "consumer_ext2"}
    for folder in ("libfoo", "libfoo-wheel", "consumer-ext"):
        for file in sorted((tree / folder).rglob("*")):
            if file.is_file():
                file.write_text(renamed(file.read_text(), names))
        for path in sorted((tree / folder).rglob("*"), reverse=True):
            path.rename(path.with_name(renamed(path.name, names)))
    (tree / "libfoo").rename(tree / "libfoo2")


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return text with names replaced."""
    for old, new in names.items():
        text = text.replace(old, new)
    return text
