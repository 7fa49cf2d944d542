"""The platform that the tests are about: this machine's own, or that which the variable TESTS_TARGET names."""

import os

from .target_type import Target

NATIVE = Target("native", "Linux x86-64, glibc")


def selected() -> Target:
    """Return the target that TESTS_TARGET names. Raises SystemExit if there is none of that name."""
    name = os.environ.get("TESTS_TARGET", NATIVE.name)
    if name == NATIVE.name:
        return NATIVE
    from cross.targets import TARGETS

    if name not in TARGETS:
        raise SystemExit(f"TESTS_TARGET={name}: there is no such target, only {', '.join([NATIVE.name, *TARGETS])}")
    return TARGETS[name]


TARGET = selected()
if TARGET.commands:
    # Of all processes that the tests start.
    os.environ["PATH"] = f"{TARGET.commands()}{os.pathsep}{os.environ['PATH']}"
