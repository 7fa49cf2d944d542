"""Print a bill of materials of the wheel's library, to be stored beside its metadata (PEP 770): `sbom.py --help`.

The format is CycloneDX 1.6. It shows scanners which library is inside the wheel.
"""

import argparse
import hashlib
import json
from collections import Counter
from pathlib import Path


def digest(path: Path) -> list[dict[str, str]]:
    """Return the hashes of a file."""
    return [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}]


def told_apart(names: dict[Path, str]) -> dict[Path, str]:
    """Put folders in front of names that several files have. Whole paths would differ from one build to the next."""
    while len(times := Counter(names.values())) < len(names):
        names = {
            path: "/".join(path.parts[-name.count("/") - 2 :]) if times[name] > 1 else name
            for path, name in names.items()
        }
    return names


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="name of the library")
    parser.add_argument("version", help="version of the library")
    parser.add_argument("licence", help="licence of the library, an SPDX expression")
    parser.add_argument("sources", nargs="*", type=Path, help="files and folders that it is built from")
    parser.add_argument("--url", help="URL of the archive of its sources")
    parser.add_argument("--sha256", help="SHA256 of that archive")
    arguments = parser.parse_args()
    if bool(arguments.url) != bool(arguments.sha256):
        parser.error("--url and --sha256 must be given together")

    library = {
        "type": "library",
        "name": arguments.name,
        "version": arguments.version,
        "licenses": [{"expression": arguments.licence}],
    }
    if arguments.url:
        # A path on the build machine would mean nothing to readers.
        url = arguments.url.rpartition("/")[2] if arguments.url.startswith("file:") else arguments.url
        hashes = [{"alg": "SHA-256", "content": arguments.sha256}]
        library["externalReferences"] = [{"type": "source-distribution", "url": url, "hashes": hashes}]
    names = {}
    for source in arguments.sources:
        folder = source if source.is_dir() else source.parent
        found = [path for path in source.rglob("*") if path.is_file()] if source.is_dir() else [source]
        names |= {path: path.relative_to(folder).as_posix() for path in found}
    if names:
        files = sorted((name, path) for path, name in told_apart(names).items())
        library["components"] = [{"type": "file", "name": name, "hashes": digest(path)} for name, path in files]
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": [library]}
    print(json.dumps(bom, indent=2))


if __name__ == "__main__":
    main()
