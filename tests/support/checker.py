"""Check that what a wheel's binaries need will be there: on the platform, in the wheel, or in a wheel it requires."""

import zipfile
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from pathlib import Path, PurePosixPath

from auditwheel.architecture import Architecture
from auditwheel.libc import Libc
from auditwheel.policy import WheelPolicies
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from .elf import Elf, read_elf


def binaries(wheel: Path) -> dict[str, Elf]:
    """Return the shared libraries and extension modules of a wheel, by their names in it."""
    with zipfile.ZipFile(wheel) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    return {name: read_elf(content) for name, content in contents.items() if content.startswith(b"\x7fELF")}


def requirements(wheel: Path) -> list[Requirement]:
    """Return what a wheel requires in every environment."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        fields = message_from_bytes(archive.read(name)).get_all("Requires-Dist", [])
    return [requirement for requirement in map(Requirement, fields) if requirement.marker is None]


def problems(wheel: Path, exporters: Sequence[Path]) -> Iterator[str]:
    """Yield a sentence for each library that a wheel's binaries need and may not get.

    A library of the platform is one that the policy of the wheel's manylinux tag lists. Any other must be in the wheel,
    or in every version of a required distribution that the requirement allows, as far as `exporters` has its wheels.
    """
    own = binaries(wheel)
    for name, elf in own.items():
        for library in elf.needed:
            if library not in platform_libraries(wheel) and library not in map(file_name, own):
                yield from (f"{name} needs {library}, {problem}" for problem in unmet(library, elf, wheel, exporters))


def unmet(library: str, elf: Elf, wheel: Path, exporters: Sequence[Path]) -> Iterator[str]:
    """Yield why the requirements of a wheel may not give one of its binaries a library."""
    providers = {distribution(exporter) for exporter in exporters if library in map(file_name, binaries(exporter))}
    if not providers:
        yield "which neither the platform nor any exporter provides"
        return
    relevant = [requirement for requirement in requirements(wheel) if canonicalize_name(requirement.name) in providers]
    if not relevant:
        yield f"but the wheel does not require {' or '.join(sorted(providers))}, which provides it"
    for requirement in relevant:
        for exporter in exporters:
            name, version, _, _ = parse_wheel_filename(exporter.name)
            if name != canonicalize_name(requirement.name) or not requirement.specifier.contains(version):
                continue
            files = {file_name(path): binary for path, binary in binaries(exporter).items()}
            if library not in files:
                yield f"but requires {requirement}, which allows {name} {version} with {', '.join(sorted(files))}"
                continue
            wanted = {bound for bound in elf.imports.values() if bound.startswith(f"{library}:")}
            provided = {f"{library}:{symbol_version}" for symbol_version in files[library].exports.values()}
            if missing := sorted(wanted - provided):
                yield f"but requires {requirement}, which allows {name} {version} without {', '.join(missing)}"


def platform_libraries(wheel: Path) -> frozenset[str]:
    """Return the libraries that a wheel may expect of its platform, by auditwheel's policy for its tag."""
    platforms = {tag.platform for tag in parse_wheel_filename(wheel.name)[3]}
    policies = WheelPolicies(libc=Libc.detect(), arch=Architecture.detect())
    (policy,) = (policy for policy in policies if policy.name in platforms)
    return policy.whitelist


def file_name(member: str) -> str:
    """Return the file name of a wheel's member."""
    return PurePosixPath(member).name


def distribution(wheel: Path) -> str:
    """Return the normalised name of a wheel's distribution."""
    return parse_wheel_filename(wheel.name)[0]
