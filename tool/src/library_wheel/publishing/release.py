"""Check that files to publish fit together, and that their version is the tag's."""

import argparse
import sys
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

from ..project.builds import PINS
from ..project.packages import ALL, EXPORTER, EXPORTERS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("folder", type=Path, help="folder with the files to publish")
    parser.add_argument("tag", help=f"the tag: v and the version of {EXPORTER}")


def run(arguments: argparse.Namespace) -> int:
    """Check the files; return 1 if they can't be published."""
    found = sorted(set(problems(arguments.folder, arguments.tag)))
    if not PINS.is_file():
        found.append(f"{PINS.name} is missing, with what builds may install. Run `tox -e pins` and commit it")
    if found:
        print("This can't be published:\n" + "\n".join(found), file=sys.stderr)
        return 1
    print(f"{arguments.tag}: versions and requirements agree")
    return 0


def problems(folder: Path, tag: str) -> Iterator[str]:
    """Yield a sentence for each file or version that is missing or does not agree with the others."""
    wheels, sdists = sorted(folder.glob("*.whl")), sorted(folder.glob("*.tar.gz"))
    requires = {canonicalize_name(name): package.requires for name, package in ALL.items()}
    versions: dict[str, set[Version]] = {name: set() for name in requires}
    for name, version in [*(parse_wheel_filename(file.name)[:2] for file in wheels), *map(named, sdists)]:
        versions[name].add(version)
    for name, its in versions.items():
        if len(its) != 1:
            yield f"{name}: there must be one version, not {', '.join(map(str, sorted(its))) or 'none'}"
        if not any(parse_wheel_filename(file.name)[0] == name for file in wheels):
            yield f"{name}: there is no wheel"
        if not any(named(file)[0] == name for file in sdists):
            yield f"{name}: there is no sdist"
    for version in versions[canonicalize_name(EXPORTER)]:
        if tag != f"v{version}":
            yield f"{EXPORTER} has version {version}, but the tag is {tag}"
    for wheel in wheels:
        required = {canonicalize_name(requirement.name): requirement for requirement in requirements(wheel)}
        for name in filter(versions.get, map(canonicalize_name, EXPORTERS)):
            if (requirement := required.get(name)) and not all(map(requirement.specifier.contains, versions[name])):
                yield f"{wheel.name} requires {requirement}, which {', '.join(map(str, versions[name]))} is not"
        for name in requires[parse_wheel_filename(wheel.name)[0]]:
            if canonicalize_name(name) not in required:
                yield f"{wheel.name} does not require {name}"


def named(sdist: Path) -> tuple[str, Version]:
    """Return name and version of an sdist."""
    return parse_sdist_filename(sdist.name)


def requirements(wheel: Path) -> Iterator[Requirement]:
    """Yield what a wheel requires."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        yield from map(Requirement, message_from_bytes(archive.read(name)).get_all("Requires-Dist", []))
