"""The origin of each library that a wheel's native files need: the platform, the wheel, or a wheel that it requires."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from functools import cached_property

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from . import exports
from .catalogue import Catalogue, Provider, key_of
from .mangling import is_mangled
from .markers import Applies, applies
from .native_file import NativeFile
from .policy import DRIVERS, LIBPYTHON, RUNTIME, Policy, policies
from .policy import policy as policy_of
from .search import Searches, candidates, closure
from .wheel import Wheel


class How(Enum):
    """How a need is met."""

    PLATFORM = "the platform has it"
    # The tag, such as linux_x86_64, promises nothing, so the system may have the library.
    SYSTEM = "the system may have it"
    PYTHON = "it is the interpreter's"
    DRIVER = "a driver's installer brings it"
    EXCLUDED = "--exclude names it"
    INSIDE = "a search path leads to it in the wheel"
    LOADED = "what loads the file has loaded it from the wheel"
    CODE = "it is in the wheel, and Python code of the wheel loads libraries"
    UNREACHED = "it is in the wheel, and nothing leads to it"
    REQUIRED = "wheels that are required have it"
    MISSING = "nothing has it"


class Delivery(Enum):
    """How the loader finds a library of a required wheel."""

    STUB = "an extension module of the required wheel loads it"
    PATH = "a search path leads to it, if both are in the same site-packages"
    CODE = "Python code loads it"
    NOTHING = "nothing loads it, and no search path leads to it"


@dataclass
class Answer:
    """How the requirements of a wheel meet a need."""

    providers: list[Provider] = field(default_factory=list)
    # The needing wheel's own requirement that leads to the providers.
    requirement: Requirement | None = None
    # Wheels that the requirement allows but that lack the library.
    lacking: list[Wheel] = field(default_factory=list)
    # Requirements that no known wheel satisfies, with wheels that have the library but are not allowed.
    unmatched: list[tuple[Requirement, list[Wheel]]] = field(default_factory=list)
    # Requirements that would supply the library but don't always apply.
    conditional: list[tuple[Requirement, Applies]] = field(default_factory=list)
    # Requirements for which no wheel is known.
    unknown: list[str] = field(default_factory=list)

    @property
    def satisfied(self) -> bool:
        """Whether the library is there with any choice of the known wheels."""
        return bool(self.providers) and not self.lacking


@dataclass(frozen=True)
class Resolution:
    """How one need of one file is met."""

    name: str
    library: str
    how: How
    providers: tuple[Provider, ...] = ()
    answer: Answer = field(default_factory=Answer, compare=False)
    # Known wheels that have the library but that nothing requires.
    elsewhere: tuple[Wheel, ...] = ()


@dataclass(frozen=True)
class Required:
    """A requirement of a wheel, and the known wheels of the required distribution."""

    requirement: Requirement
    when: Applies
    known: tuple[Wheel, ...]

    @cached_property
    def allowed(self) -> tuple[Wheel, ...]:
        """The known wheels that the requirement allows."""
        specifier = self.requirement.specifier
        return tuple(wheel for wheel in self.known if specifier.contains(wheel.version, prereleases=True))

    def brings(self, having: Mapping[Wheel, list[Provider]]) -> list[Provider]:
        """Return the files in the allowed wheels that have a library; none unless it is there with any choice."""
        if self.when is not Applies.ALWAYS or any(wheel not in having for wheel in self.allowed):
            return []
        return [provider for wheel in self.allowed for provider in having[wheel]]


class Resolver:
    """Finds the libraries that meet the needs of wheels."""

    def __init__(self, catalogue: Catalogue, excludes: Sequence[str] = ()) -> None:
        self.catalogue = catalogue
        self.excludes = excludes
        self._searches: dict[Wheel, Searches] = {}
        self._requirements: dict[tuple[Wheel, Wheel], list[Required]] = {}
        self._reached: dict[Wheel, list[Wheel]] = {}
        self._answers: dict[tuple[Wheel, str, str, tuple[str, ...]], Answer] = {}

    def searches(self, wheel: Wheel) -> Searches:
        """Return the searches of a wheel's files."""
        if wheel not in self._searches:
            musl = any(policy.family == "musllinux" for policy in policies(wheel))
            self._searches[wheel] = Searches(wheel, musl=musl)
        return self._searches[wheel]

    def resolve(self, wheel: Wheel) -> list[Resolution]:
        """Return how each need of a wheel is met."""
        return [self.one(wheel, name, file, library) for name, file, library in needs(wheel)]

    def one(self, wheel: Wheel, name: str, file: NativeFile, library: str) -> Resolution:
        """Return how a file's need is met."""
        if any(matches(pattern, library) for pattern in self.excludes):
            return Resolution(name, library, How.EXCLUDED)
        fitting = [policy for policy in policies(wheel) if policy.fits(file)] or policies(wheel)
        return (
            self._linked(wheel, name, file, library)
            or of_platform(name, library, fitting)
            or self._supplied(wheel, name, file, library)
            or self._missing(wheel, name, file, library, fitting)
        )

    def _linked(self, wheel: Wheel, name: str, file: NativeFile, library: str) -> Resolution | None:
        """Return how a search path, or the file itself, meets its need."""
        if target := self.searches(wheel).edges[name].get(library):
            return Resolution(name, library, How.INSIDE, (Provider(wheel, target),))
        if library == file.identity:
            # Libraries that are built to need each other, such as FreeType and HarfBuzz, may also need themselves.
            return Resolution(name, library, How.LOADED, (Provider(wheel, name),))
        return None

    def _supplied(self, wheel: Wheel, name: str, file: NativeFile, library: str) -> Resolution | None:
        """Return how other files of the wheel, or the wheels that it requires, meet a need."""
        searches = self.searches(wheel)
        own = [provider for provider in self.has(wheel, library, file) if provider.name != name]
        loaded = searches.loaded_with(name)
        if there := [provider for provider in own if provider.name in loaded]:
            return Resolution(name, library, How.LOADED, tuple(there))
        answer = self.ask(wheel, library, file)
        if own and not answer.satisfied:
            how = How.CODE if searches.has_loading_code else How.UNREACHED
            return Resolution(name, library, how, tuple(own), answer)
        return Resolution(name, library, How.REQUIRED, tuple(answer.providers), answer) if answer.providers else None

    def _missing(
        self, wheel: Wheel, name: str, file: NativeFile, library: str, fitting: Sequence[Policy]
    ) -> Resolution:
        """Return what is known about a need that neither the platform nor a wheel is sure to meet."""
        base = library.rpartition("/")[2]
        if DRIVERS.fullmatch(base):
            return Resolution(name, library, How.DRIVER)
        if all(policy.promises_nothing for policy in fitting) and "/" not in library:
            return Resolution(name, library, How.SYSTEM)
        if RUNTIME.fullmatch(base):
            # A wheel's copy of Microsoft's runtime is only for that wheel.
            return Resolution(name, library, How.MISSING)
        elsewhere = [
            other
            for releases in self.catalogue.releases.values()
            for other in releases
            if self.catalogue.together(wheel, other) and self.has(other, library, file)
        ]
        return Resolution(name, library, How.MISSING, (), self.ask(wheel, library, file), tuple(elsewhere))

    def has(self, wheel: Wheel, library: str, file: NativeFile) -> list[Provider]:
        """Return the files of a wheel that can be used as this library."""
        found = self.catalogue.providers(wheel, library, file.format, file.machines)
        return [provider for provider in found if same(provider.file, provider.name, library)]

    def ask(self, root: Wheel, library: str, file: NativeFile) -> Answer:
        """Return how the requirements of a wheel, and theirs in turn, meet a need of one of its files."""
        key = (root, library, file.format, file.machines)
        if key not in self._answers:
            having = self._having(root, library, file)
            self._answers[key] = answered(self._required(root, root), having)
            if not self._answers[key].satisfied:
                self._answers[key].unknown = self._unknown(root, having)
        return self._answers[key]

    def _having(self, root: Wheel, library: str, file: NativeFile) -> dict[Wheel, list[Provider]]:
        """Return the wheels below `root` that have a library or always bring it, each with the files.

        Wheels may require each other in a circle, so this begins with those that have the library. Then it adds those
        that always bring one of the wheels found so far, until there are no more.
        """
        below = self._below(root)
        having = {wheel: providers for wheel in below if (providers := self.has(wheel, library, file))}
        known = 0
        while known < len(having):
            known = len(having)
            for wheel in [wheel for wheel in below if wheel not in having]:
                brought = (required.brings(having) for required in self._required(wheel, root))
                if providers := next(filter(None, brought), []):
                    having[wheel] = providers
        return having

    def _required(self, wheel: Wheel, root: Wheel) -> list[Required]:
        """Return a wheel's requirements that may apply where `root` is installed, except those on `root` itself."""
        if (wheel, root) not in self._requirements:
            self._requirements[wheel, root] = [
                Required(requirement, when, tuple(self.catalogue.known(requirement.name, root)))
                for requirement in wheel.requirements
                if (when := applies(requirement, wheel, root)) is not Applies.NEVER
                and canonicalize_name(requirement.name) != root.distribution
            ]
        return self._requirements[wheel, root]

    def _below(self, root: Wheel) -> list[Wheel]:
        """Return the known wheels that `root` requires, and those that these require, the last ones first."""
        if root not in self._reached:
            found = {root: None}
            waiting = [root]
            for wheel in waiting:
                new = [known for required in self._required(wheel, root) for known in required.known]
                waiting += dict.fromkeys(known for known in new if known not in found)
                found |= dict.fromkeys(new)
            self._reached[root] = waiting[:0:-1]
        return self._reached[root]

    def _unknown(self, root: Wheel, having: Container[Wheel]) -> list[str]:
        """Return the requirements without a known wheel, of `root` and of those below it that don't bring a library."""
        names: dict[str, None] = {}
        seen = {root}
        waiting = [root]
        for wheel in waiting:
            for required in self._required(wheel, root):
                if required.when is Applies.EXTRA:
                    continue
                if not required.known:
                    names[required.requirement.name] = None
                new = [known for known in required.known if known not in having and known not in seen]
                seen.update(new)
                waiting += new
        return list(names)

    def delivery(self, wheel: Wheel, resolution: Resolution, provider: Provider) -> Delivery:
        """Return how the loader finds the library of a required wheel."""
        of_provider = self.searches(provider.wheel)
        file = wheel.native_files[resolution.name]
        # Emscripten identifies a library by the path where it was found, so it searches again.
        searched_again = file.format == "WebAssembly" and not of_provider.sets_library_path
        if provider.name in of_provider.loaded_by(of_provider.modules) and not searched_again:
            return Delivery.STUB
        own = self.searches(wheel)
        paths = candidates(
            own.folders[resolution.name], resolution.library, wheel.members[resolution.name].installed.parent
        )
        if any(of_provider.at(path, windows=file.format == "PE") == provider.name for path in paths):
            return Delivery.PATH
        if of_provider.has_loading_code or own.has_loading_code:
            return Delivery.CODE
        return Delivery.NOTHING


def needs(wheel: Wheel) -> Iterator[tuple[str, NativeFile, str]]:
    """Yield the needs of each library, extension module and program in a wheel: its name, the file, the library.

    Files for other platforms have needs that nothing must meet: no system for the wheel's tag loads them.
    """
    for name, file in wheel.native_files.items():
        if file.kind in ("library", "program") and any(policy.fits(file) for policy in policies(wheel)):
            yield from ((name, file, library) for library in file.needed)


def matches(pattern: str, library: str) -> bool:
    """Return whether a pattern of --exclude matches a library's name, with or without its folder."""
    return fnmatchcase(library.rpartition("/")[2], pattern) or fnmatchcase(library, pattern)


def of_platform(name: str, library: str, fitting: Sequence[Policy]) -> Resolution | None:
    """Return how the platform or the interpreter meets a file's need."""
    if all(provides(policy, library) for policy in fitting):
        return Resolution(name, library, How.PLATFORM)
    return Resolution(name, library, How.PYTHON) if LIBPYTHON.fullmatch(library.rpartition("/")[2]) else None


def answered(requirements: Sequence[Required], having: Mapping[Wheel, list[Provider]]) -> Answer:
    """Return how requirements meet a need, given the wheels that have a library or bring it."""
    answer = Answer()
    for required in requirements:
        if not any(found in having for found in required.known):
            continue
        if not required.allowed:
            answer.unmatched.append((required.requirement, [found for found in required.known if found in having]))
        elif not any(found in having for found in required.allowed):
            answer.lacking += required.allowed
            answer.requirement = answer.requirement or required.requirement
        elif required.when is not Applies.ALWAYS:
            answer.conditional.append((required.requirement, required.when))
        elif providers := required.brings(having):
            # One requirement that is certain is enough.
            return Answer(providers, required.requirement)
        else:
            answer.requirement = required.requirement
            answer.lacking = [found for found in required.allowed if found not in having]
            answer.providers = [provider for found in required.allowed for provider in having.get(found, [])]
    return answer


def provides(policy: Policy, library: str) -> bool:
    """Return whether the platform has a library. A plain linux tag means any platform of Linux."""
    if policy.family == "linux":
        machine = policy.machines[0]
        return any(policy_of(f"{name}_{machine}").provides(library) for name in ("manylinux_2_99", "musllinux_1_99"))
    if policy.family in ("any", "unknown"):
        return any(policy_of(name).provides(library) for name in ANY)
    return policy.provides(library)


ANY = (
    "manylinux_2_99_x86_64",
    "musllinux_1_99_x86_64",
    "musllinux_1_99_aarch64",
    "macosx_99_0_universal2",
    "win_amd64",
)


def same(file: NativeFile, name: str, library: str) -> bool:
    """Return whether a loader, after loading a file, uses it for a needed library."""
    if file.format == "Mach-O" and "/" in library:
        return library == file.identity or (
            # Search paths may lead to a file with another install name.
            library.startswith(("@rpath/", "@loader_path/")) and key_of(library, "Mach-O") == key_of(name, "Mach-O")
        )
    return key_of(library, file.format) in (key_of(name, file.format), file.identity)


class Subject:
    """A wheel to check, and its relations to other wheels."""

    def __init__(self, wheel: Wheel, resolver: Resolver) -> None:
        self.wheel = wheel
        self.resolver = resolver
        self.policies = policies(wheel)
        self.searches = resolver.searches(wheel)

    @cached_property
    def resolutions(self) -> list[Resolution]:
        """How each need is met."""
        return self.resolver.resolve(self.wheel)

    def those(self, *how: How) -> Iterator[Resolution]:
        """Yield the needs that are met in one of these ways."""
        return (resolution for resolution in self.resolutions if resolution.how in how)

    @cached_property
    def deliveries(self) -> dict[tuple[Wheel, Delivery], list[Resolution]]:
        """The needs that required wheels meet, by the wheel and by how the loader finds the library there."""
        found: dict[tuple[Wheel, Delivery], list[Resolution]] = {}
        order = list(Delivery)
        for resolution in self.those(How.REQUIRED):
            best: dict[Wheel, Delivery] = {}
            # The same library may have several names. It is enough if the loader finds one.
            for provider in resolution.providers:
                delivery = self.resolver.delivery(self.wheel, resolution, provider)
                best[provider.wheel] = min(delivery, best.get(provider.wheel, delivery), key=order.index)
            for wheel, delivery in best.items():
                found.setdefault((wheel, delivery), []).append(resolution)
        return found

    def delivered(self, delivery: Delivery) -> Iterator[tuple[Wheel, list[Resolution]]]:
        """Yield the required wheels whose libraries the loader finds in one way, with the needs that they meet."""
        for (wheel, how), resolutions in self.deliveries.items():
            if how is delivery:
                yield wheel, resolutions

    @cached_property
    def exported(self) -> list[str]:
        """The libraries that other wheels should use.

        Only those at the topmost level count: deeper ones are taken for plugins.
        """
        wheel = self.wheel
        if not exports.is_evident(wheel):
            return []
        found = [
            name
            for name, file in wheel.native_files.items()
            if file.kind == "library" and name not in self.searches.modules and not is_bundled(name, file.identity)
        ]
        found = exports.exported(wheel, [name for name in found if self._can_be_linked_to(name)])
        depth = min((name.count("/") for name in found), default=0)
        return [name for name in found if name.count("/") == depth]

    def _can_be_linked_to(self, name: str) -> bool:
        """Return whether other wheels can link to a library. A DLL needs an import library."""
        if self.wheel.native_files[name].format != "PE":
            return True
        import_libraries = [member for member in self.wheel.members if member.lower().endswith((".lib", ".a"))]
        return stem(name) in {stem(member) for member in import_libraries}

    @cached_property
    def essential(self) -> frozenset[str]:
        """The extension modules, the exported libraries, the libraries that other files need, and all that these need.

        A need counts even if no search path leads to the library. If several files have a library's name, code chooses
        between them, and the need makes none of them essential. The remaining files are programs, and plugins that
        something opens by name or can do without.
        """
        targets = {target for found in self.searches.edges.values() for target in found.values()}
        loaded = self.searches.loaded_by({*self.searches.modules, *self.exported, *targets})
        needed: dict[str, list[str]] = {}
        for found in self.those(How.INSIDE, How.LOADED, How.CODE, How.UNREACHED):
            if len(found.providers) == 1:
                needed.setdefault(found.name, []).append(found.providers[0].name)
        return closure(loaded, lambda name: needed.get(name, ()))

    def named_by_identity(self, name: str) -> str | None:
        """Return the copy beside a library whose file name is the library's own name, if this file has another."""
        file = self.wheel.native_files[name]
        if file.identity is None or file.format == "PE":
            return None
        folder = name.rpartition("/")[0]
        other = f"{folder}/{key_of(file.identity, file.format)}".lstrip("/")
        return other if other != name and other in self.wheel.native_files else None


def stem(name: str) -> str:
    """Return the part common to the names of a DLL and its import library: foo in foo-1.dll, foo.lib, libfoo.dll.a."""
    base = name.rpartition("/")[2].lower()
    short = re.sub(r"(\.dll)?\.(a|lib)$|\.dll$", "", base)
    return re.sub(r"^lib|[-_.]?\d[\d._]*$", "", short)


def is_bundled(name: str, identity: str | None) -> bool:
    """Return whether a library is a private copy made by a repair tool, which its mangled name or its folder shows."""
    folders = name.split("/")[:-1]
    in_folder = any(folder.endswith(".libs") or folder in (".dylibs", ".libs") for folder in folders)
    return in_folder or is_mangled(name) or bool(identity and is_mangled(identity))
