"""Names of files that every platform can hold."""

import re

RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def portable(name: str) -> bool:
    """Return whether Windows can hold a file of this name."""
    parts = name.split("/")
    return not any(re.search(r'[<>:"|?*\\\x00-\x1f]|[. ]$', part) or RESERVED.match(part) for part in parts)
