"""The sizes of wheels, downloaded and installed."""

import zipfile
from pathlib import Path


def size_of(wheel: Path) -> dict[str, int]:
    """Return the bytes of a wheel and of the files in it."""
    with zipfile.ZipFile(wheel) as archive:
        return {"downloaded": wheel.stat().st_size, "installed": sum(info.file_size for info in archive.infolist())}


def packed(folder: Path, destination: Path) -> Path:
    """Return a package's files in a compressed archive, like a wheel."""
    with zipfile.ZipFile(destination, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                archive.write(path, path.relative_to(folder))
    return destination
