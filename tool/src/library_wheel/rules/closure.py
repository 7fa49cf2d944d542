"""Rules about the origin of needed libraries: the platform, the wheel, or a wheel that it requires."""

import re
from collections.abc import Iterator

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from ..catalogue import key_of, top_level
from ..mangling import own_name, split
from ..markers import Applies
from ..policy import RUNTIME, Policy
from ..resolution import Delivery, How, Resolution, Subject
from ..wheel import Wheel
from .finding import Finding, by_library, listing, names, release, releases


def why(resolution: Resolution) -> str:
    """Return the id of the rule that reports an unmet need."""
    answer = resolution.answer
    if answer.unmatched:
        return "no-matching-release"
    if answer.lacking:
        return "release-without-library"
    if answer.conditional:
        return "conditional-requirement"
    if resolution.elsewhere:
        return "unrequired-provider"
    if answer.unknown:
        return "unknown-provider"
    return "missing-library"


def unmet(subject: Subject, rule: str) -> dict[str, list[Resolution]]:
    """Return the unmet needs that a rule reports, by library."""
    found = (resolution for resolution in subject.those(How.MISSING) if why(resolution) == rule)
    needed = (resolution for resolution in found if resolution.name in subject.essential)
    return by_library(resolution for resolution in needed if not is_optional(subject, resolution))


def is_optional(subject: Subject, resolution: Resolution) -> bool:
    """Return whether the file can be loaded without the library."""
    return resolution.library in subject.wheel.native_files[resolution.name].optional


def missing_library(subject: Subject) -> Iterator[Finding]:
    """Find needed libraries that nothing known supplies."""
    # Libraries that the same files need are one problem: Qt's for X11 are thirty.
    groups: dict[tuple[tuple[str, ...], bool], list[Resolution]] = {}
    for library, found in unmet(subject, "missing-library").items():
        runtime = bool(RUNTIME.fullmatch(library.rpartition("/")[2]))
        if runtime or not library.startswith("/"):  # absolute-dependency reports these.
            groups.setdefault((names(found), runtime), []).extend(found)
    for (_, runtime), found in groups.items():
        are, them = are_them(found)
        if runtime:
            message = (
                f"{libraries(found)} {are} part of Microsoft's Visual C++ Redistributable, which not every Windows "
                f"machine has. Bundle {them} with delvewheel, or link the runtime statically."
            )
        else:
            known = [release(wheel) for wheel in required(subject)]
            having = f", nor in {listing(known)}, which it requires" if known else ", and it requires no other wheel"
            message = (
                f"{libraries(found)} {are} neither {of_platform(subject)} nor in the wheel{having}. Bundle the "
                f"{'libraries' if several(found) else 'library'} with the platform's repair tool, or require a wheel "
                f"that has {them}."
            )
        yield about(found, message)


def unknown_provider(subject: Subject) -> Iterator[Finding]:
    """Find needed libraries that only a requirement without a known wheel can supply."""
    groups: dict[tuple[str, ...], list[Resolution]] = {}
    for found in unmet(subject, "unknown-provider").values():
        groups.setdefault(tuple(found[0].answer.unknown), []).extend(found)
    for unknown, found in groups.items():
        are, _ = are_them(found)
        yield about(
            found,
            f"{libraries(found)} {are} neither {of_platform(subject)} nor in the wheel. "
            f"{'They' if several(found) else 'It'} may come from {listing(unknown, conjunction='or')}, but no such "
            "wheel was given that can be installed beside this one. Pass it with --with.",
        )


def unrequired_provider(subject: Subject) -> Iterator[Finding]:
    """Find needed libraries in known wheels that are not required."""
    for library, found in unmet(subject, "unrequired-provider").items():
        elsewhere = list(dict.fromkeys(wheel for resolution in found for wheel in resolution.elsewhere))
        names_of = listing(dict.fromkeys(wheel.distribution for wheel in elsewhere), conjunction="or")
        yield about(
            found,
            f"{library} is neither {of_platform(subject)} nor in the wheel. "
            f"{releases(elsewhere)} {'has' if len(elsewhere) == 1 else 'have'} it, but the wheel does not require "
            f"{names_of}, directly or indirectly. Add the requirement to the project's dependencies.",
        )


def release_without_library(subject: Subject) -> Iterator[Finding]:
    """Find requirements that allow a known release without the library."""
    unmet_ones = unmet(subject, "release-without-library")
    partly = by_library(found for found in subject.those(How.REQUIRED) if found.answer.lacking)
    for library, found in {**unmet_ones, **partly}.items():
        for lacking, of_them in by_release(found).items():
            requirement = of_them[0].answer.requirement
            yield about(
                of_them,
                f"the requirement {requirement} allows {release(lacking)}, which has {instead(lacking, library)}. "
                f"Narrow the requirement to the releases that have {library}.",
            )


def by_release(resolutions: list[Resolution]) -> dict[Wheel, list[Resolution]]:
    """Return needs by the wheels that lack the library."""
    found: dict[Wheel, list[Resolution]] = {}
    for resolution in resolutions:
        for wheel in resolution.answer.lacking:
            found.setdefault(wheel, []).append(resolution)
    return found


def instead(wheel: Wheel, library: str) -> str:
    """Return what a wheel has instead of a library: another version of it, or none."""
    stem = stem_of(library)
    others = [name.rpartition("/")[2] for name in wheel.native_files if stem_of(name) == stem]
    return f"{listing(others)} instead of {library}" if others else f"no {library}"


def stem_of(name: str) -> str:
    """Return a library's own name without the version that it shows, in lower case."""
    return re.sub(r"-?\d[\d._-]*(\.dll)?$", "", split(own_name(name)).stem.lower())


def no_matching_release(subject: Subject) -> Iterator[Finding]:
    """Find requirements that would supply libraries but that no known release satisfies."""
    groups: dict[str, list[Resolution]] = {}
    for found in unmet(subject, "no-matching-release").values():
        groups.setdefault(str(found[0].answer.unmatched[0][0]), []).extend(found)
    for requirement, found in groups.items():
        wheels = found[0].answer.unmatched[0][1]
        yield about(
            found,
            f"no known release satisfies the requirement {requirement}, which should provide {libraries(found)}: the "
            f"command was given only {releases(wheels)}. Correct the requirement, or pass a matching release with "
            "--with.",
        )


def conditional_requirement(subject: Subject) -> Iterator[Finding]:
    """Find needed libraries from a requirement that does not always apply."""
    for library, found in unmet(subject, "conditional-requirement").items():
        requirement, when = found[0].answer.conditional[0]
        where = (
            "if the user asks for an extra"
            if when is Applies.EXTRA
            else "where its marker is true, and this wheel can be installed elsewhere as well"
        )
        yield about(
            found,
            f"{library} comes from the requirement {requirement}, which applies only {where}. Make the requirement "
            "unconditional, or publish separate wheels for each case.",
        )


def unreachable_library(subject: Subject) -> Iterator[Finding]:
    """Find needed libraries in the wheel that no search path leads to."""
    unreached = (resolution for resolution in subject.those(How.UNREACHED) if resolution.name in subject.essential)
    for library, found in by_library(unreached).items():
        places = listing(provider.name for resolution in found for provider in resolution.providers)
        yield about(
            found,
            f"{library} is in the wheel as {places}, but no search path of the files that need it leads there"
            f"{differently_named(found)}, and nothing loads it earlier. {cure(subject)}",
        )
    for wheel, found in subject.delivered(Delivery.NOTHING):
        are, them = are_them(found)
        yield about(
            found,
            f"{libraries(found)} {are} in {release(wheel)}, but nothing there loads {them}, and no search path leads "
            f"there. Give {wheel.distribution} a stub: an extension module that is linked to the library.",
        )


def about(resolutions: list[Resolution], message: str) -> Finding:
    """Return a finding about needs, under the library if they are for one, otherwise under the wheel."""
    return Finding("" if several(resolutions) else resolutions[0].library, names(resolutions), message)


def are_them(resolutions: list[Resolution]) -> tuple[str, str]:
    """Return the words for the needed libraries in a sentence: "are" and "them", or "is" and "it" for one."""
    return ("are", "them") if several(resolutions) else ("is", "it")


def several(resolutions: list[Resolution]) -> bool:
    """Return whether several libraries are needed."""
    return len({resolution.library for resolution in resolutions}) > 1


def libraries(resolutions: list[Resolution]) -> str:
    """Return the needed libraries as a list in a sentence."""
    return listing(resolution.library for resolution in resolutions)


def differently_named(resolutions: list[Resolution]) -> str:
    """Return a remark on libraries whose files have other names than the needs for them."""
    found = [
        provider.name.rpartition("/")[2]
        for resolution in resolutions
        for provider in resolution.providers
        if key_of(provider.name, provider.file.format) != key_of(resolution.library, provider.file.format)
    ]
    return f" (the file is named {listing(found)}, but the loader looks for the needed name)" if found else ""


def cure(subject: Subject) -> str:
    """Return the advice that lets the platform's loader find a library of the wheel itself."""
    family = subject.policies[0].family
    if family == "windows":
        return "Put the DLL beside the extension module, or call os.add_dll_directory() before importing it."
    if family in ("macos", "ios"):
        return "Add an LC_RPATH such as @loader_path to those files."
    return "Set their RUNPATH, for example to $ORIGIN."


def plugin_dependency(subject: Subject) -> Iterator[Finding]:
    """Find plugins and programs whose libraries are missing, or not found without help."""
    aside = [found for found in subject.those(How.MISSING, How.UNREACHED) if found.name not in subject.essential]
    aside = [found for found in aside if not is_optional(subject, found)]
    for how, words in (
        (How.MISSING, "which neither the platform nor a known wheel has"),
        (How.UNREACHED, "which the wheel has in a folder that is not on {} search paths"),
    ):
        found = [resolution for resolution in aside if resolution.how is how]
        if found:
            one = len(names(found)) == 1
            _, them = are_them(found)
            probably = (
                "this file, so it is probably a plugin or program, and works"
                if one
                else "these files, so they are probably plugins or programs, and work"
            )
            yield about(
                found,
                f"{listing(names(found))} {'needs' if one else 'need'} {libraries(found)}, "
                f"{words.format('its' if one else 'their')}. No import is known to load {probably} only if something "
                f"else loads {them} first, or if the loader finds {them} by other means, such as "
                f"{other_means(subject)}.",
            )


def other_means(subject: Subject) -> str:
    """Return the ways to tell the platform's loader where a library is, other than a search path in a file."""
    family = subject.policies[0].family
    if family == "windows":
        return "PATH or os.add_dll_directory()"
    return "DYLD_LIBRARY_PATH" if family in ("macos", "ios") else "LD_LIBRARY_PATH"


def preloaded_library(subject: Subject) -> Iterator[Finding]:
    """Find libraries that the loader finds only with the help of Python code."""
    if found := list(subject.those(How.CODE)):
        are, _ = are_them(found)
        yield about(
            found,
            f"no search path leads to {libraries(found)}, which {are} in the wheel. "
            f"{subject.searches.has_loading_code} loads libraries or changes where the loader searches. This check "
            "can't see whether that happens in time.",
        )
    musl = any(policy.family == "musllinux" for policy in subject.policies)
    for wheel, found in subject.delivered(Delivery.CODE):
        _, them = are_them(found)
        where = subject.resolver.searches(wheel).has_loading_code
        place = f"{where} in {release(wheel)}" if where else subject.searches.has_loading_code
        yield about(
            found,
            f"{libraries(found)} {'come' if several(found) else 'comes'} from {release(wheel)}, which has no "
            f"extension module that is linked to {them}. Therefore {place} must load {them} first."
            + (" On musl, this doesn't work: no file finds a library that was opened by its path." if musl else ""),
        )


def same_site_packages(subject: Subject) -> Iterator[Finding]:
    """Find search paths that lead into other distributions."""
    for wheel, found in subject.delivered(Delivery.PATH):
        are, _ = are_them(found)
        yield about(
            found,
            f"{libraries(found)} of {release(wheel)} {are} found only through a search path. This works while both "
            "wheels are in the same site-packages, but not if one of them is in another, such as the user's or a "
            "virtual environment's.",
        )


def driver_library(subject: Subject) -> Iterator[Finding]:
    """Find libraries that come with a driver."""
    for library, found in by_library(subject.those(How.DRIVER)).items():
        yield about(
            found,
            f"{library} comes with a driver. On a machine without the driver, the file can't be loaded. If users are "
            f"meant to have the driver, pass --exclude {library.rpartition('/')[2]}.",
        )


def system_library(subject: Subject) -> Iterator[Finding]:
    """Find libraries that the wheel's tag neither promises nor excludes."""
    for library, found in by_library(subject.those(How.SYSTEM)).items():
        if subject.policies[0].family == "linux":
            yield about(
                found,
                f"the system must have {library}: it is neither in the wheel nor in one that the wheel requires, and "
                f"the tag {subject.wheel.platforms[0]} promises no libraries. To publish the wheel, repair it with "
                "auditwheel.",
            )


def links_libpython(subject: Subject) -> Iterator[Finding]:
    """Find extension modules that are linked to libpython on platforms where it may not exist."""
    modules = subject.searches.modules
    for library, found in by_library(subject.those(How.PYTHON)).items():
        linked = [resolution for resolution in found if resolution.name in modules]
        # CPython's own build links extension modules to it on Android.
        if linked and subject.policies[0].family not in ("windows", "android"):
            yield about(
                linked,
                f"an extension module needs {library}. Many interpreters are linked to Python statically and have no "
                "such file. Where the file exists, the import loads a second interpreter. Don't link extension modules "
                f"to {library}.",
            )


def exporter_not_imported(subject: Subject) -> Iterator[Finding]:
    """Find consumers whose Python code does not import the exporter that loads their libraries."""
    sources = [name for name in subject.wheel.members if name.endswith(".py")]
    found = dict(subject.delivered(Delivery.STUB))
    if not sources or not found:
        return
    code = "\n".join(subject.wheel.texts(sources))
    for exporter, resolutions in found.items():
        packages = sorted(top_level(exporter))
        alternatives = "|".join(map(re.escape, packages))
        pattern = rf"\b(import|from)\s+({alternatives})\b|[\"']({alternatives})[\"'.]"
        through = any(
            re.search(pattern, text)
            for wheel in required(subject)
            if wheel is not exporter
            for text in wheel.texts(name for name in wheel.members if name.endswith(".py"))
        )
        if packages and not re.search(pattern, code) and not through:
            yield Finding(
                resolutions[0].library,
                names(resolutions),
                f"no Python file of the wheel imports {packages[0]}, whose extension module loads "
                f"{listing(r.library for r in resolutions)}. Without this import, the loader doesn't find the library. "
                f"Write `import {packages[0]}` above the import of your extension module.",
            )


def requirement_cap(subject: Subject) -> Iterator[Finding]:
    """Find requirements that allow any later release of an exporter, even with another SONAME."""
    done = set()
    for resolution in subject.those(How.REQUIRED):
        requirement = resolution.answer.requirement
        if requirement is None or requirement.name in done or not has_soversion(resolution.library):
            continue
        name = canonicalize_name(requirement.name)
        direct = [provider for provider in resolution.providers if provider.wheel.distribution == name]
        if direct and not is_capped(requirement):
            done.add(requirement.name)
            version = max(provider.wheel.version for provider in direct)
            yield Finding(
                resolution.library,
                (resolution.name,),
                f"the requirement {requirement} has no upper bound, but a later release may have another version of "
                f"the library than {resolution.library}. Add an upper bound that excludes such a release, for example "
                f"{example(requirement, version)}.",
            )


def is_capped(requirement: Requirement) -> bool:
    """Return whether a requirement has an upper bound."""
    return any(specifier.operator in ("<", "<=", "==", "===", "~=") for specifier in requirement.specifier)


def example(requirement: Requirement, version: Version) -> str:
    """Return an example of an upper bound, taking the major version for the library's."""
    return f"{requirement.name}{','.join(filter(None, [str(requirement.specifier), f'<{version.major + 1}']))}"


def has_soversion(library: str) -> bool:
    """Return whether a library's name has a version in it, such as libfoo.so.1."""
    base = library.rpartition("/")[2]
    return bool(split(base).version or re.search(r"-\d+\.dll$", base, re.I))


def required(subject: Subject) -> list[Wheel]:
    """Return the known wheels that a wheel requires, directly or through requirements."""
    found: list[Wheel] = []
    waiting = [subject.wheel]
    while waiting:
        for requirement in waiting.pop().requirements:
            new = [w for w in subject.resolver.catalogue.allowed(requirement, subject.wheel) if w not in found]
            found += new
            waiting += new
    return found


def of_platform(subject: Subject) -> str:
    """Return the words "of the platform", with the tag that names it."""
    policies: list[Policy] = [policy for policy in subject.policies if not policy.promises_nothing] or subject.policies
    return f"part of every {listing(policy.platform for policy in policies)} platform"
