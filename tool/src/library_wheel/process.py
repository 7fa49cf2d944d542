"""A process that has imported modules: its native files, and why each of them was loaded."""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .copies import library_name, stem_of
from .environment import Environment, Installed
from .errors import CannotRunError
from .formats.reader import read_links
from .loader import Binary, Found, Loader, Windows
from .native_file import NativeFile, NotReadableError, is_extension_module
from .needs import loader_of

STANDARD_ERROR = 2
# The oldest Python that can parse the probe's annotations.
OLDEST = (3, 7)
PROBE = Path(__file__).with_name("probe.py")


@dataclass(frozen=True)
class Use:
    """A file in the process that needs another one."""

    path: str
    # The result of its own search, or None. The search happens only if no library of that name is loaded.
    found: Found | None


@dataclass
class Image:
    """A native file that is mapped into the process."""

    # The path as the loader spells it, and the same without symbolic links.
    spelled: str
    path: str
    facts: NativeFile
    # The module of the command line whose import mapped it; None if it was mapped at the start.
    imported_with: str | None
    # The name of the extension module that it is.
    module: str | None
    distribution: Installed | None
    # The file that needed it first, and the search that found it. None if Python or ctypes opened it.
    needed_by: "Image | None" = None
    found_by: Found | None = None
    # All files that need it, including `needed_by`.
    uses: list[Use] = field(default_factory=list)

    @property
    def library(self) -> str:
        """The name that all copies of the same library share."""
        return library_name(self.path, self.facts)

    @property
    def is_library(self) -> bool:
        """Whether it is neither an extension module nor the program."""
        name = os.path.basename(self.path)
        return self.facts.kind == "library" and self.module is None and not is_extension_module(name, self.facts)


@dataclass(frozen=True)
class Process:
    """The observed facts about a process."""

    images: tuple[Image, ...]
    # The modules that could be imported, and the name and the error of the one that could not.
    imported: tuple[str, ...]
    error: tuple[str, str] | None
    # Whether the order of loading is known. Otherwise `needed_by` can't be determined.
    ordered: bool

    def copies(self) -> dict[str, list[Image]]:
        """Return the libraries that are mapped more than once."""
        found: dict[str, list[Image]] = {}
        for image in self.images:
            if image.is_library:
                found.setdefault(image.library, []).append(image)
        return {name: images for name, images in found.items() if len(images) > 1}

    def versions(self) -> dict[str, list[Image]]:
        """Return the libraries that are mapped in versions that can't replace each other, by name without version."""
        found: dict[str, list[Image]] = {}
        for image in self.images:
            if image.is_library:
                found.setdefault(stem_of(image.library), []).append(image)
        return {stem: images for stem, images in found.items() if len({image.library for image in images}) > 1}


def load(modules: Sequence[str], environment: Environment, variables: Mapping[str, str] = os.environ) -> Process:
    """Import modules in a fresh interpreter, with these environment variables, and return the resulting process.

    Raises CannotRunError if the interpreter dies.
    """
    interpreter = environment.interpreter
    if interpreter.version < OLDEST:
        version = ".".join(map(str, interpreter.version))
        raise CannotRunError(f"{interpreter.executable} is Python {version}; `loaded` needs Python 3.7 or later")
    answer = probe(interpreter.executable, modules, variables)
    loader = loader_of(interpreter, variables)
    if isinstance(loader, Windows):
        added = dict.fromkeys(answer["dll_directories"], "os.add_dll_directory()")
        loader = Windows(loader.environment, {**loader.folders, **added})
    images = list(seen(answer, environment))
    ordered = answer["order"] is not None
    if ordered:
        explain(images, loader, Binary(interpreter.program, interpreter.facts))
    error = answer["error"]
    names = tuple(name for name, _ in answer["imported"])
    return Process(tuple(images), names, (error[0], " ".join(error[1].split())) if error else None, ordered)


def probe(python: str, modules: Sequence[str], variables: Mapping[str, str]) -> dict[str, Any]:
    """Run the probe and return its answer. Raises CannotRunError if the interpreter dies."""
    with tempfile.TemporaryDirectory(prefix="library-wheel-") as folder:
        result = Path(folder, "result.json")
        # With -c, modules are found as usual. The answer is a file, because modules may print.
        command = [python, "-c", PROBE.read_text(encoding="utf-8"), str(result), *modules]
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=STANDARD_ERROR, env=variables, check=False)
        answer: dict[str, Any] = json.loads(result.read_text()) if result.exists() else {}
    if "modules" in answer:
        return answer
    left = modules[len(answer.get("imported", [])) :]
    doing = f"while it imported {left[0]}" if left else "after all imports"
    raise CannotRunError(f"{python} {reason(ended.returncode)} {doing}")


def reason(code: int) -> str:
    """Return how a process ended."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"


def seen(answer: Mapping[str, Any], environment: Environment) -> Iterator[Image]:
    """Yield the native files, in the order of their loading if it is known."""
    imported_with: dict[str, str | None] = dict.fromkeys(answer["at_start"])
    for name, files in answer["imported"]:
        imported_with |= dict.fromkeys(files, name)
    if answer["error"]:
        imported_with |= dict.fromkeys(answer["left"], answer["error"][0])
    order = answer["order"] if answer["order"] is not None else [*imported_with]
    spelled = {os.path.realpath(path or environment.interpreter.program): path for path in order}
    for path, name in spelled.items():
        # Leave out files that only the probe needed.
        known = path if path in imported_with else name
        if known not in imported_with:
            continue
        installed = environment.by_path.get(path)
        facts = installed.facts if installed else facts_of(path)
        if facts:
            yield Image(
                name or path,
                path,
                facts,
                imported_with[known],
                answer["modules"].get(path),
                installed.distribution if installed else None,
            )


def facts_of(path: str) -> NativeFile | None:
    """Return the facts about a file; None if it is not native, or no longer exists."""
    try:
        return read_links(Path(path))
    except (OSError, NotReadableError):
        return None


def explain(images: Sequence[Image], loader: Loader, program: Binary) -> None:
    """Set, for each file, the need that loaded it and the files that use it.

    A file is loaded after the first file that needs it. If that file's own search leads to it, the search has found it.
    Otherwise the loader reused a file that was already loaded.
    """
    chains: dict[str, tuple[Binary, ...]] = {}
    by_path = {image.path: image for image in images}
    names: dict[str, list[Image]] = {}
    for image in images:
        for name in loader.identities(Binary(image.spelled, image.facts), searched=True):
            names.setdefault(name, []).append(image)
    # The kernel loaded the loader, whichever files need it.
    itself = os.path.realpath(program.facts.interpreter or "")
    position = {image.path: number for number, image in enumerate(images)}
    for image in images:
        binary = Binary(image.spelled, image.facts)
        parent = chains.get(image.needed_by.path, ()) if image.needed_by else ()
        chains[image.path] = (binary, *(parent or ([program] if image.path != program.path else [])))
        for needed in image.facts.needed:
            candidates = [*loader.candidates(needed, chains[image.path])]
            found = next(iter(candidates), None)
            target = by_path.get(os.path.realpath(found.path)) if found else None
            # Every need for a name gets the first loaded file of that name.
            key = needed.lower() if isinstance(loader, Windows) else needed
            loaded = min(names.get(key, []), key=lambda each: position[each.path], default=None)
            used = loaded or target
            if used is None or used is image:
                continue
            # A search may find several files in one place: ld.so.cache may list builds for newer processors.
            for other in candidates:
                if found and other.by == found.by == "ld.so.cache" and os.path.realpath(other.path) == used.path:
                    found, target = other, used
            used.uses.append(Use(image.path, found))
            first = position[used.path] > position[image.path] and used.needed_by is None
            if found and used is target and first and used.module is None and used.path != itself:
                used.needed_by, used.found_by = image, found
