"""The files of the repository itself."""

import re
import subprocess
from collections import Counter

from support.packages import ROOT

RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def tracked() -> list[tuple[str, str]]:
    """Return mode and name of every tracked file."""
    listed = subprocess.run(["git", "ls-files", "-sz"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [(line.split()[0], line.partition("\t")[2]) for line in listed.split("\0") if line]


def portable(name: str) -> bool:
    """Return whether Windows can hold a file of this name."""
    parts = name.split("/")
    return not any(re.search(r'[<>:"|?*\\\x00-\x1f]|[. ]$', part) or RESERVED.match(part) for part in parts)


def test_no_file_has_a_name_that_windows_cannot_hold() -> None:
    assert [name for _, name in tracked() if not portable(name)] == []
    assert not any(map(portable, ["a:b", "aux.c", "dir/nul", "end.", "a?b", 'quo"te']))


def test_no_two_files_differ_only_by_case() -> None:
    count = Counter(name.lower() for _, name in tracked())
    assert [name for name, times in count.items() if times > 1] == []


def test_no_symbolic_link_is_tracked() -> None:
    assert [name for mode, name in tracked() if mode == "120000"] == []


def test_the_copies_of_a_vendored_file_are_the_same() -> None:
    copies = [ROOT / name for _, name in tracked() if name.endswith("/module_slots.h")]
    assert len(copies) == 2
    assert len({copy.read_bytes() for copy in copies}) == 1
