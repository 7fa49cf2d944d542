"""Import consumers, let each compute, and print the process's memory as JSON: `memory_probe.py PREFIX MODULE...`.

The names of the library's copies begin with PREFIX.
"""

import importlib
import json
import os
import sys
from pathlib import Path

SIZE = 500


def sums(entries: str, prefix: str) -> dict[str, int]:
    """Return the sums in smaps, in bytes, for files whose names begin with a prefix."""
    found: dict[str, int] = {}
    counts = False
    for line in entries.splitlines():
        first, *rest = line.split()
        if not first.endswith(":"):
            counts = line.rpartition("/")[2].startswith(prefix)
        elif counts and rest[-1] == "kB":
            found[first] = found.get(first, 0) + 1024 * int(rest[0])
    return found


def main() -> None:
    """Run the command line."""
    prefix, *modules = sys.argv[1:]
    products = [importlib.import_module(module).product(SIZE) for module in modules]
    smaps = Path("/proc/self/smaps").read_text()
    library, process = sums(smaps, prefix), sums(smaps, "")
    files = {line.split(maxsplit=5)[-1] for line in smaps.splitlines() if line.rpartition("/")[2].startswith(prefix)}
    answer = {
        "copies": len(files),
        "threads": len(os.listdir("/proc/self/task")),
        "mapped": library.get("Size:", 0),
        "private": process["Private_Clean:"] + process["Private_Dirty:"],
        "resident": process["Rss:"],
    }
    print(json.dumps({"right": products == [SIZE**3] * len(modules), **answer}))


if __name__ == "__main__":
    main()
