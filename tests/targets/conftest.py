"""Which files here are about the target under test: none is about this machine's own."""

from cross.targets import TARGETS
from support.target import TARGET

OTHERS = [f"test_{name}*.py" for name in TARGETS if name != TARGET.name]
collect_ignore_glob = ["test_*.py"] if TARGET.name == "native" else OTHERS
