"""A model of how dyld, the loader of macOS, finds the libraries that a file needs. Nothing is run.

The rules follow Apple's sources, github.com/apple-oss-distributions/dyld, as of dyld-1378: Loader::getLoader,
Loader::forEachResolvedAtPathVar, JustInTimeLoader::matchesPath and JustInTimeLoader::loadDependents. The model leaves
out the DYLD_ variables, and the rpaths of the program itself, since python.org's interpreters have none.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import lief

CPU = {"arm64": lief.MachO.Header.CPU_TYPE.ARM64, "x86_64": lief.MachO.Header.CPU_TYPE.X86_64}
# Every macOS has these libraries. They are not on disk, but in dyld's cache.
SYSTEM = ("/usr/lib/", "/System/")


class NotLoadedError(Exception):
    """The error of dlopen(), in dyld's words."""


@dataclass(frozen=True)
class Image:
    """A loaded file, or its part for one machine."""

    path: Path
    uuid: str
    # LC_ID_DYLIB, which only libraries have; LC_LOAD_DYLIB; LC_RPATH.
    install_name: str | None
    needs: tuple[str, ...]
    rpaths: tuple[str, ...]

    def matches(self, path: str) -> bool:
        """Return whether this image matches a path: JustInTimeLoader::matchesPath."""
        return path in (str(self.path), self.install_name)


def read_image(path: Path, machine: str) -> Image:
    """Return a file's image for a machine. Raises NotLoadedError if it has no code for it."""
    fat = lief.MachO.parse(path)
    binary = fat.take(CPU[machine])
    if binary is None:
        have = ",".join(name for name, cpu in CPU.items() if fat.take(cpu))
        raise NotLoadedError(f"mach-o file, but is an incompatible architecture (have '{have}', need '{machine}')")
    library = lief.MachO.LoadCommand.TYPE.ID_DYLIB
    names = {command.command == library: command.name for command in binary.libraries}
    needs = tuple(command.name for command in binary.libraries if command.command != library)
    rpaths = tuple(command.path for command in binary.rpaths)
    identity = str(uuid.UUID(bytes=bytes(binary.uuid.uuid))).upper()
    return Image(path, identity, names.get(True), needs, rpaths)


class Process:
    """A process on one machine, with its images in the order of loading."""

    def __init__(self, machine: str) -> None:
        self.machine = machine
        self.images: list[Image] = []
        # The image that another one gets, by that one's path and the name it needs.
        self.resolved: dict[tuple[Path, str], Image] = {}

    def dlopen(self, path: Path) -> Image:
        """Load a file and all that it needs. Raises NotLoadedError, with nothing loaded, if it can't."""
        before = list(self.images), dict(self.resolved)
        try:
            image = self.get(str(path), ())
            self.load_dependents(image, ())
        except NotLoadedError:
            self.images, self.resolved = before
            raise
        return image

    def load_dependents(self, image: Image, chain: tuple[Image, ...]) -> None:
        """Load the images that an image needs, then those that they need; `chain` has the images that asked for it."""
        chain = (image, *chain)
        names = [name for name in image.needs if not name.startswith(SYSTEM)]
        if all((image.path, name) in self.resolved for name in names):
            return
        for name in names:
            self.resolved[image.path, name] = self.dependent(name, chain)
        for name in names:
            self.load_dependents(self.resolved[image.path, name], chain)

    def dependent(self, name: str, chain: tuple[Image, ...]) -> Image:
        """Return the image that the first of a chain gets for a name."""
        try:
            return self.get(name, chain)
        except NotLoadedError as error:
            where = f"Library not loaded: {name}\n  Referenced from: <{chain[0].uuid}> {chain[0].path}"
            raise NotLoadedError(f"{where}\n  Reason: {error}") from error

    def get(self, name: str, chain: tuple[Image, ...]) -> Image:
        """Return the image that a name stands for: Loader::getLoader."""
        if name.startswith("@rpath/") and (loaded := self.loaded(name)):
            return loaded
        tried = []
        for path in candidates(name, chain):
            if loaded := self.loaded(str(path)):
                return loaded
            if not path.is_file():
                tried.append(f"'{path}' (no such file)")
                continue
            try:
                self.images.append(read_image(path, self.machine))
            except NotLoadedError as error:
                tried.append(f"'{path}' ({error})")
                continue
            return self.images[-1]
        raise NotLoadedError(f"tried: {', '.join(tried)}" if tried else "no LC_RPATH's found")

    def loaded(self, path: str) -> Image | None:
        """Return the first loaded image that matches a path."""
        return next((image for image in self.images if image.matches(path)), None)


def candidates(name: str, chain: tuple[Image, ...]) -> Iterator[Path]:
    """Yield the files that a name may stand for: Loader::forEachResolvedAtPathVar."""
    if not name.startswith("@rpath/"):
        yield expand(name, chain[0] if chain else None)
        return
    for image in chain:
        for rpath in image.rpaths:
            yield expand(rpath, image) / name.removeprefix("@rpath/")


def expand(path: str, image: Image | None) -> Path:
    """Return an absolute path, or one that begins at an image's folder. Raises ValueError for any other."""
    first, _, rest = path.partition("/")
    if first == "@loader_path" and image:
        return image.path.parent / rest
    if first:
        raise ValueError(f"{path}: this model knows absolute paths and @loader_path only")
    return Path(path)
