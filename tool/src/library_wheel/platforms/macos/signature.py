"""Code signatures of Mach-O files, which contain a hash of each page (see xnu's osfmk/kern/cs_blobs.h).

macOS on arm64 runs no code without a valid signature. An ad hoc signature, without an identity, is enough.
"""

import hashlib
import io
import struct

import lief

SUPER_BLOB, CODE_DIRECTORY = 0xFADE0CC0, 0xFADE0C02
ADHOC = 0x2
HASHES = {1: hashlib.sha1, 2: hashlib.sha256}


def signatures(content: bytes) -> dict[str, str]:
    """Return, for each machine's code in a file, "valid" or a description of the fault in its signature."""
    found = {}
    binaries = lief.MachO.parse(io.BytesIO(content))  # kept, because lief's iterators don't keep it alive
    assert binaries is not None
    for binary in binaries:
        state = "code object is not signed at all"
        if (signature := binary.code_signature) is not None:
            state = check(content[binary.fat_offset :], signature.data_offset)
        found[binary.header.cpu_type.name] = state
    return found


def check(code: bytes, end: int) -> str:
    """Return "valid" or the fault in the signature at `end` of one machine's code."""
    magic, _, count = struct.unpack_from(">3I", code, end)
    if magic != SUPER_BLOB:
        return "the signature is none"
    directories = []
    for number in range(count):
        _, offset = struct.unpack_from(">2I", code, end + 12 + 8 * number)
        if struct.unpack_from(">I", code, end + offset)[0] == CODE_DIRECTORY:
            directories.append(end + offset)
    if not directories:
        return "the signature has no hashes"
    return next((state for state in (check_pages(code, end, at) for at in directories) if state != "valid"), "valid")


def check_pages(code: bytes, end: int, directory: int) -> str:
    """Return "valid" or the fault in the hashes of one code directory."""
    fields = struct.unpack_from(">9I4B", code, directory)
    flags, hashes, pages, limit, size, kind, page_bits = *fields[3:5], *fields[7:11], fields[12]
    page = 1 << page_bits
    if not flags & ADHOC:
        return "the signature is not ad hoc"
    if limit != end or pages != -(-end // page):
        return f"the signature is of {limit} bytes, but there are {end} before it"
    for number in range(pages):
        digest = HASHES[kind](code[number * page : min((number + 1) * page, end)]).digest()[:size]
        if digest != code[directory + hashes + number * size :][:size]:
            return f"page {number} is not as it was signed"
    return "valid"
