"""Ignores the files that are about other platforms than the one under test."""

from library_wheel.platforms.known import PLATFORMS
from library_wheel.project.platform import PLATFORM

OTHERS = [f"test_{name}*.py" for name in PLATFORMS if name != PLATFORM.name]
if PLATFORM.name not in ("macos", "windows"):
    OTHERS.append("test_repair.py")  # tests/workflows has that for Linux; Pyodide's wheels need no repair
collect_ignore_glob = ["test_*.py"] if PLATFORM.name == "native" else OTHERS
