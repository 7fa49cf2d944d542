"""The names that auditwheel, delvewheel and delocate give to bundled libraries, and the libraries' own names.

Each tool makes a bundled copy unique, so that it never meets another wheel's copy of the same library:

    auditwheel    libz.so.1.3.1        ->  libz-1a2b3c4d.so.1.3.1          eight digits of the file's SHA-256 before
                                                                           the first dot; also the SONAME
    delvewheel    zlib1.dll            ->  zlib1-<32 digits>.dll           32 digits of a SHA-256
    delocate      @rpath/libz.1.dylib  ->  /DLC/foo/.dylibs/libz.1.dylib   only the install name

A library that comes from another repaired wheel is mangled twice: libz-1a2b3c4d-5e6f7a8b.so.1.3.1.
"""

import re
from typing import NamedTuple

AUDITWHEEL = re.compile(r"(?P<base>[^.]+)-[0-9a-f]{8}\.(?P<rest>(?:[^.]+\.)*so(?:\.[^/]*)?)")
DELVEWHEEL = re.compile(r"(?P<root>.+)-[0-9a-f]{32}(?P<extension>\.\w+)", re.IGNORECASE)
DELOCATE = "/DLC/"

ELF_NAME = re.compile(r"(?P<stem>.+?)\.so(?:\.(?P<version>\d[\w.]*))?")
MACHO_NAME = re.compile(r"(?P<stem>.+?)(?:\.(?P<version>\d+(?:\.\d+)*))?\.(?:dylib|so)")


class Name(NamedTuple):
    """A library's own name in two parts: `libz.so.1.3.1` is `libz` of version `1.3.1`."""

    stem: str
    # Empty if the name has none, as on Windows, where any digits belong to the stem.
    version: str


def is_mangled(name: str) -> bool:
    """Return whether one of the tools has changed a file's name, a SONAME, an install name or a DLL's name."""
    file_name = name.rpartition("/")[2]
    return name.startswith(DELOCATE) or bool(AUDITWHEEL.fullmatch(file_name) or DELVEWHEEL.fullmatch(file_name))


def own_name(name: str) -> str:
    """Return a library's name before any tool changed it; any other name as it is, without folders.

    >>> own_name("libz-1a2b3c4d.so.1.3.1")
    'libz.so.1.3.1'
    """
    file_name = name.rpartition("/")[2]
    if match := AUDITWHEEL.fullmatch(file_name):
        return own_name(f"{match['base']}.{match['rest']}")
    if match := DELVEWHEEL.fullmatch(file_name):
        return own_name(f"{match['root']}{match['extension']}")
    return file_name


def split(name: str) -> Name:
    """Return the parts of a library's own name.

    >>> split("libz.so.1.3.1")
    Name(stem='libz', version='1.3.1')
    """
    match = ELF_NAME.fullmatch(name) or MACHO_NAME.fullmatch(name)
    return Name(match["stem"], match["version"] or "") if match else Name(name, "")
