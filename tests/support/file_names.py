"""File names that every platform allows."""

import re

RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def portable(name: str) -> bool:
    """Return whether Windows allows this file name."""
    parts = name.split("/")
    return not any(re.search(r'[<>:"|?*\\\x00-\x1f]|[. ]$', part) or RESERVED.match(part) for part in parts)
