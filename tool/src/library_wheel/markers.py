"""Environment markers: the environments in which a wheel's requirement applies."""

import re
from collections.abc import Mapping
from enum import Enum
from functools import cache

from packaging.markers import Marker
from packaging.requirements import Requirement

from .policy import policies
from .wheel import Wheel

# Minor versions of Python 3 for which markers are evaluated. The last should be newer than any release.
MINORS = range(8, 17)

SYSTEMS = {
    "linux": {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux"},
    "macos": {"os_name": "posix", "sys_platform": "darwin", "platform_system": "Darwin"},
    "windows": {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows"},
    "emscripten": {"os_name": "posix", "sys_platform": "emscripten", "platform_system": "Emscripten"},
    "android": {"os_name": "posix", "sys_platform": "android", "platform_system": "Android"},
    "ios": {"os_name": "posix", "sys_platform": "ios", "platform_system": "iOS"},
}
SYSTEM_OF = {
    "manylinux": ("linux",),
    "musllinux": ("linux",),
    "linux": ("linux",),
    "any": ("linux", "macos", "windows"),
    "unknown": ("linux",),
}
# A comparison of the kernel's version, as packaging writes it.
KERNEL, OPERATOR = "platform_(?:release|version)", "(?:[<>=!~]+|(?:not )?in)"
OF_THE_KERNEL = re.compile(rf'{KERNEL} {OPERATOR} "[^"]*"|"[^"]*" {OPERATOR} {KERNEL}')
EITHER = ('python_version >= "0"', 'python_version < "0"')
MACHINE_NAMES = {"amd64": "AMD64", "win32": "x86"}


class Applies(Enum):
    """When a requirement applies."""

    ALWAYS = "always"
    # It applies only on some of the Pythons or platforms that the wheel is for.
    SOMETIMES = "sometimes"
    # It applies only if an extra is requested.
    EXTRA = "extra"
    NEVER = "never"


def pythons(wheel: Wheel) -> frozenset[str]:
    """Return the interpreters that a wheel can be installed for: "cp310" ... "cp313t", "pp310"."""
    found = set()
    for tag in wheel.tags:
        if tag.abi == "abi3" and (match := re.fullmatch(r"cp3(\d+)", tag.interpreter)):
            found |= {f"cp3{minor}" for minor in MINORS if minor >= int(match[1])}
        elif tag.abi == "abi3t" and (match := re.fullmatch(r"cp3(\d+)", tag.interpreter)):
            found |= {f"cp3{minor}{t}" for minor in MINORS if minor >= int(match[1]) for t in ("", "t")}
        elif re.fullmatch(r"cp3\d+t", tag.abi):
            found.add(tag.abi)
        elif match := re.fullmatch(r"(cp|pp|py)3(\d+)", tag.interpreter):
            kind, minor = match[1], int(match[2])
            if kind == "py":
                found |= {f"{k}3{m}{t}" for m in MINORS if m >= minor for k, t in (("cp", ""), ("cp", "t"), ("pp", ""))}
            elif kind == "cp" and tag.abi == "none":
                found |= {f"cp3{minor}", f"cp3{minor}t"}
            else:
                found.add(f"{kind}3{minor}")
        elif tag.interpreter == "py3":
            found |= {f"{k}3{m}{t}" for m in MINORS for k, t in (("cp", ""), ("cp", "t"), ("pp", ""))}
    return frozenset(name for name in found if allowed(wheel, name))


def allowed(wheel: Wheel, python: str) -> bool:
    """Return whether the metadata of a wheel allow an interpreter."""
    minor = re.sub(r"\D", "", python)[1:]
    specifier = wheel.requires_python
    # `>=3.10.2` allows some of 3.10.
    return specifier.contains(f"3.{minor}.99", prereleases=True) or specifier.contains(f"3.{minor}.0", prereleases=True)


@cache
def environments(wheel: Wheel) -> list[dict[str, str]]:
    """Return the environments that a wheel is for, as markers see them."""
    minors = sorted({int(re.sub(r"\D", "", python)[1:]) for python in pythons(wheel)}) or [12]
    kinds = {python[:2] for python in pythons(wheel)} or {"cp"}
    found = []
    for policy in policies(wheel):
        machines = policy.machines or ("x86_64",)
        for system in SYSTEM_OF.get(policy.family, (policy.family,)):
            for machine in machines:
                # Ask about PyPy only if the wheel is for nothing else. Otherwise a marker about CPython would always
                # apply only sometimes.
                implementation = ("cpython", "CPython") if "cp" in kinds else ("pypy", "PyPy")
                found += [
                    {
                        **SYSTEMS[system],
                        "platform_machine": MACHINE_NAMES.get(machine, machine),
                        "implementation_name": implementation[0],
                        "platform_python_implementation": implementation[1],
                        "implementation_version": f"3.{minor}.0",
                        "python_version": f"3.{minor}",
                        "python_full_version": f"3.{minor}.0",
                        "extra": "",
                    }
                    for minor in minors
                ]
    return found


def applies(requirement: Requirement, of: Wheel, root: Wheel) -> Applies:
    """Return when a requirement of a wheel applies, in the environments that the wheel `root` is for."""
    if requirement.marker is None:
        return Applies.ALWAYS
    results = {holds(requirement.marker, environment) for environment in environments(root)}
    if results == {True}:
        return Applies.ALWAYS
    if results - {False}:
        return Applies.SOMETIMES
    for extra in of.metadata.get_all("Provides-Extra", []):
        if any(holds(requirement.marker, {**environment, "extra": extra}) for environment in environments(root)):
            return Applies.EXTRA
    return Applies.NEVER


@cache
def alternatives(marker: str) -> set[Marker]:
    """Return a marker in which comparisons of the kernel's version are true, and one in which they are false."""
    return {Marker(OF_THE_KERNEL.sub(each, marker)) for each in EITHER}


def holds(marker: Marker, environment: Mapping[str, str] | None = None) -> bool | None:
    """Return whether a marker is true in an environment, by default this one; None if there is no answer.

    There is none for a comparison of a version with text that is no version, or of two constants. An environment of a
    wheel has no version of the kernel, so there is an answer only if it is the same whether comparisons of it are true
    or false.
    """
    try:
        if environment is None:
            return marker.evaluate()
        results = {each.evaluate(dict(environment)) for each in alternatives(str(marker))}
    # The classes of packaging's errors for all these: InvalidVersion, UndefinedComparison and UndefinedEnvironmentName.
    except (KeyError, ValueError):
        return None
    return results.pop() if len(results) == 1 else None
