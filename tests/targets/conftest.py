"""Which files here are about the target under test: none is about this machine's own."""

from cross.targets import TARGETS
from support.target import TARGET

OTHERS = [f"test_{name}*.py" for name in TARGETS if name != TARGET.name]
if TARGET.name not in ("macos", "windows"):
    OTHERS.append("test_repair.py")  # tests/workflows has that for Linux; Pyodide's wheels need no repair
collect_ignore_glob = ["test_*.py"] if TARGET.name == "native" else OTHERS
