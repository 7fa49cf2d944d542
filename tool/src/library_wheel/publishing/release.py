"""Check that files to publish fit together, and that their version is the tag's."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from ..errors import CannotRunError
from ..project.builds import PINS
from ..project.packages import ALL, EXPORTER, EXPORTERS, ROOT
from ..pyproject import PRIVATE
from ..wheel import Wheel


def run(arguments: argparse.Namespace) -> int:
    """Check the files; return 1 if they can't be published. Raises CannotRunError if there is no such folder."""
    if not arguments.folder.is_dir():
        raise CannotRunError(f"{arguments.folder} is not a folder: name the folder with the files to publish")
    found = sorted(set(problems(arguments.folder, arguments.tag)))
    if not PINS.is_file():
        found.append(f"{PINS.name}, which pins what builds install, is missing. Run `tox -e pins` and commit it")
    if found:
        print(f"The files in {arguments.folder} can't be published:\n" + "\n".join(found), file=sys.stderr)
        return 1
    print(f"{arguments.tag}: versions and requirements agree")
    return 0


def problems(folder: Path, tag: str) -> Iterator[str]:
    """Yield a sentence for each file that is missing and each version that does not agree with the others."""
    wheels, sdists = sorted(folder.glob("*.whl")), sorted(folder.glob("*.tar.gz"))
    requires = {canonicalize_name(name): package.requires for name, package in ALL.items() if package.published}
    versions: dict[NormalizedName, set[Version]] = {name: set() for name in requires}
    for file in [*wheels, *sdists]:
        distribution, version = named(file)
        if distribution in versions:
            versions[distribution].add(version)
        else:
            yield f"{file.name} belongs to {distribution}, {unwanted(distribution)}"
    wheels = [wheel for wheel in wheels if named(wheel)[0] in versions]
    for name, its in versions.items():
        if not its:
            yield f"{name} has no files"
            continue
        if len(its) > 1:
            yield f"{name} must have files of one version, but has {', '.join(map(str, sorted(its)))}"
        if not any(named(file)[0] == name for file in wheels):
            yield f"{name} has no wheel"
        if not any(named(file)[0] == name for file in sdists):
            yield f"{name} has no sdist"
    for version in versions[canonicalize_name(EXPORTER)]:
        if tag != f"v{version}":
            yield f"{EXPORTER} has version {version}, but the tag is {tag}"
    for wheel in wheels:
        required = {canonicalize_name(requirement.name): requirement for requirement in Wheel(wheel).requirements}
        for name in filter(versions.get, map(canonicalize_name, EXPORTERS)):
            if (requirement := required.get(name)) and not allowed(requirement, versions[name]):
                yield f"{wheel.name} requires {requirement}, but the release has {', '.join(map(str, versions[name]))}"
        for exporter in requires[named(wheel)[0]]:
            if canonicalize_name(exporter) not in required:
                yield f"{wheel.name} does not require {exporter}"


def unwanted(distribution: NormalizedName) -> str:
    """Return why files of a distribution are not to be published."""
    if distribution in map(canonicalize_name, ALL):
        return f"which has the classifier {PRIVATE!r}"
    return f"a package that {ROOT / 'pyproject.toml'} doesn't list"


def named(file: Path) -> tuple[NormalizedName, Version]:
    """Return name and version of a wheel or an sdist. Raises CannotRunError if they are not in its file name."""
    try:
        name, version = (parse_wheel_filename if file.suffix == ".whl" else parse_sdist_filename)(file.name)[:2]
    except (InvalidSdistFilename, InvalidWheelFilename) as error:
        raise CannotRunError(f"{file}: {error}") from None
    return name, version


def allowed(requirement: Requirement, versions: set[Version]) -> bool:
    """Return whether a requirement allows all these versions. Pre-releases count: their releases require each other."""
    return all(requirement.specifier.contains(version, prereleases=True) for version in versions)
