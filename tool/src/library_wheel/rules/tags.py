"""Rules that compare a wheel's tags with the needs of its files."""

import re
from collections.abc import Iterator

from ..catalogue import key_of
from ..markers import pythons
from ..policy import Policy, version_key
from ..resolution import Subject
from .finding import Finding, listing

SUFFIX = re.compile(
    r"\.(?P<abi>abi3t?|cpython-(?P<minor>3\d+t?)|cp(?P<windows>3\d+t?)|"
    r"pypy(?P<pypy>3\d+)-\w+)(-[\w-]+)?\.(so|pyd)$"
)

# The advice for files that need a newer platform.
REPAIR = "Repair the wheel, which gives it a later tag, or build it for the older platform."


def tag_platform(subject: Subject) -> Iterator[Finding]:
    """Find native files that the platform of the wheel's tag can't load."""
    found: dict[str, list[str]] = {}
    for name, file in subject.wheel.native_files.items():
        if file.kind not in ("library", "program"):
            continue
        what = f"{file.format} files for {listing(file.machines)}"
        if any(policy.family == "any" for policy in subject.policies):
            if (file.kind == "library" and name in subject.searches.modules) or len(native_platforms(subject)) == 1:
                found.setdefault(f"{what}, but its tag says that it is for any platform", []).append(name)
        elif not any(policy.fits(file) for policy in subject.policies):
            if is_variant(subject, name):
                continue
            platforms = listing(subject.wheel.platforms, conjunction="or")
            found.setdefault(f"{what}, which a system for the tag {platforms} can't load", []).append(name)
        elif file.format == "Mach-O":
            missing = sorted(
                {machine for policy in subject.policies for machine in policy.machines} - set(file.machines)
            )
            if missing:
                found.setdefault(f"{what}, but its tag also promises {listing(missing)}", []).append(name)
    for what, names in found.items():
        yield Finding("", tuple(names), f"the wheel has {what}. Correct the tag, or replace the files.")


def is_variant(subject: Subject, name: str) -> bool:
    """Return whether a file is one of several for different platforms, among which the wheel's code chooses.

    One of them is for the tag's platform, and no file for that platform needs the others.
    """
    files = subject.wheel.native_files
    fitting = {other: f for other, f in files.items() if any(policy.fits(f) for policy in subject.policies)}
    needed = {key_of(library, file.format) for file in fitting.values() for library in file.needed}
    beside = any(other.rpartition("/")[0] == name.rpartition("/")[0] for other in fitting)
    return beside and name not in subject.searches.modules and key_of(name, files[name].format) not in needed


def native_platforms(subject: Subject) -> set[tuple[str, tuple[str, ...]]]:
    """Return the formats and machines of a wheel's files, since a wheel for any platform may have files for several."""
    return {(file.format, file.machines) for file in subject.wheel.native_files.values()}


def tag_too_old(subject: Subject) -> Iterator[Finding]:
    """Find files that need a newer platform than the oldest one that the tag allows."""
    found: dict[str, list[str]] = {}
    for name, file in subject.wheel.native_files.items():
        if file.kind not in ("library", "program"):
            continue
        for policy in subject.policies:
            if not policy.fits(file):
                continue
            newer = sorted({f"{kind}_{version}" for kind, version in too_new(policy, file.versions_needed)})
            if newer:
                needed = max(newer, key=version_key)
                found.setdefault(f"need {needed}, which {policy.platform} does not promise", []).append(name)
            for machine, version in file.minimum_os:
                # The first macOS for Apple's own processors is 11.0.
                allowed = max(policy.minimum_os or (0, 0), (11, 0) if machine == "arm64" else (0, 0))
                # From macOS 11 on, tags have no minor version.
                newer_os = version[0] > allowed[0] if allowed[0] >= 11 else version > allowed
                if policy.family == "macos" and machine in policy.machines and newer_os:
                    what = f"need macOS {version[0]}.{version[1]} on {machine}, but {policy.platform} allows older ones"
                    found.setdefault(what, []).append(name)
    for what, names in found.items():
        verb = what.replace("need ", "needs ", 1) if len(names) == 1 else what
        yield Finding(
            "",
            tuple(names),
            f"{listing(names)} {verb}. {REPAIR}",
        )


def too_new(policy: Policy, needed: tuple[tuple[str, tuple[str, ...]], ...]) -> Iterator[tuple[str, str]]:
    """Yield the symbol versions of the platform's libraries that a policy does not have."""
    if policy.symbol_versions is None:
        return
    for library, versions in needed:
        for version in versions if policy.provides(library) else ():
            kind, _, number = version.partition("_")
            known = policy.symbol_versions.get(kind)
            if known is not None and number not in known and re.fullmatch(r"[\d.]+", number):
                yield kind, number


def newer_musl(subject: Subject) -> Iterator[Finding]:
    """Find files with relocations that need musl 1.2.4, which no tag promises."""
    musl = [policy.platform for policy in subject.policies if policy.family == "musllinux"]
    files = subject.wheel.native_files.items()
    found = [name for name, file in files if "packed-relocations" in file.properties]
    if found and musl:
        yield Finding(
            "",
            tuple(found),
            f"{listing(found)} {'has' if len(found) == 1 else 'have'} relocations (DT_RELR) that only musl 1.2.4 and "
            f"later apply, but {musl[0]} also allows older releases of musl, on which the process crashes. To support "
            "older releases, link with -Wl,-z,nopack-relative-relocs, and bundle only libraries that were linked in "
            "this way.",
        )


def tag_python(subject: Subject) -> Iterator[Finding]:
    """Find extension modules that some Python allowed by the tag can't load."""
    pythons_of_tag = pythons(subject.wheel)
    stable = all(tag.abi in ("abi3", "abi3t") for tag in subject.wheel.tags)
    modules: dict[str, set[str]] = {}
    for name in sorted(subject.searches.modules):
        file = subject.wheel.native_files[name]
        match = SUFFIX.search(name)
        python = match and (match["minor"] or match["windows"])
        if match and (python or match["pypy"]):
            kind = f"cp{python}" if python else f"pp{match['pypy']}"
            modules.setdefault(name[: match.start()], set()).add(kind)
        if stable and (own := [n for n in file.needed if re.fullmatch(r"python3\d+t?\.dll", n, re.IGNORECASE)]):
            yield Finding(
                "",
                (name,),
                f"the wheel's tag is for several versions of Python, but {name} needs {own[0]}, which only one version "
                f"has. Link {name} to python3.dll.",
            )
    groups = grouped(modules)
    wrong = {versions: names for versions, names in groups.items() if not pythons_of_tag & versions}
    for versions, names in wrong.items():
        yield Finding(
            "",
            tuple(names),
            f"the wheel's tag is for {listing(sorted(pythons_of_tag))}, but {listing(names)} "
            f"{'is' if len(names) == 1 else 'are'} for {listing(sorted(versions))} only. Correct the tag, or build the "
            "modules for it.",
        )
    several = {
        versions: names
        for versions, names in grouped(modules).items()
        if versions < pythons_of_tag and pythons_of_tag & versions
    }
    for versions, names in several.items():
        if stable or any(tag.abi == "none" for tag in subject.wheel.tags):
            yield Finding(
                "",
                tuple(names),
                f"the tag {subject.wheel.tag} allows more versions of Python than {listing(names)} "
                f"{'is' if len(names) == 1 else 'are'} for ({listing(sorted(versions))}). Give the wheel a tag for "
                "these versions only.",
            )


def grouped(modules: dict[str, set[str]]) -> dict[frozenset[str], list[str]]:
    """Return modules grouped by the Pythons that can load them."""
    found: dict[frozenset[str], list[str]] = {}
    for module, versions in modules.items():
        found.setdefault(frozenset(versions), []).append(module)
    return found


def linux_tag(subject: Subject) -> Iterator[Finding]:
    """Find wheels whose tag is only for Linux, without a version of a libc."""
    if all(policy.family == "linux" for policy in subject.policies):
        yield Finding(
            "",
            (),
            f"the tag {subject.wheel.platforms[0]} promises nothing about the system's libraries, and PyPI refuses "
            "such wheels. Run `auditwheel repair`, which sets a manylinux or musllinux tag.",
        )
