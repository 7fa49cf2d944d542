"""Trials, which install wheels that use each other's libraries across site-packages, and import them there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from packaging.utils import canonicalize_name

from .copies import library_name
from .errors import CannotRunError
from .formats.reader import read_links
from .layouts import Layout, LayoutError, Layouts
from .markers import holds
from .native_file import is_extension_module
from .wheel import Wheel

PLACES = ("system", "user", "venv")


@dataclass(frozen=True)
class Pair:
    """A wheel that has libraries, a consumer that requires it, and the consumer's module to import."""

    exporter: Wheel
    consumer: Wheel
    module: str
    # Other wheels that each of the two requires, directly or not, to install in the same place.
    with_exporter: frozenset[str] = frozenset()
    with_consumer: frozenset[str] = frozenset()

    @property
    def libraries(self) -> frozenset[str]:
        """The names of the exporter's libraries."""
        return libraries(self.exporter)


@dataclass(frozen=True)
class Trial:
    """The result of a pair in one layout."""

    pair: Pair
    exporter_place: str
    consumer_place: str
    # For each library of the exporter that is mapped, the places of its copies in the layout.
    copies: dict[str, tuple[str, ...]]
    # Why the module can't be imported, or the expression can't be evaluated.
    error: str | None
    # The value of the expression.
    answer: object = None

    @property
    def shares(self) -> bool:
        """Whether the pair works, and each library is mapped once, from the exporter."""
        place = f"<{self.exporter_place}>"
        own = all(len(found) == 1 and found[0].startswith(place) for found in self.copies.values())
        return self.error is None and bool(self.copies) and own and self.answer is not False


def libraries(wheel: Wheel) -> frozenset[str]:
    """Return the names of a wheel's libraries, without extension modules and programs."""
    return frozenset(
        library_name(name, facts)
        for name, facts in wheel.native_files.items()
        if facts.kind == "library" and not is_extension_module(name, facts)
    )


def pairs(wheels: Sequence[Wheel], modules: dict[str, str]) -> list[Pair]:
    """Return the pairs among wheels. `modules` maps distributions to modules, if those can't be found in the wheel.

    Raises CannotRunError if no wheel requires another one that has libraries.
    """
    found = [
        Pair(
            exporter,
            consumer,
            modules.get(consumer.distribution) or module_of(consumer),
            required(exporter, wheels),
            required(consumer, wheels),
        )
        for exporter in wheels
        for consumer in wheels
        if exporter is not consumer and libraries(exporter) and requires(consumer, exporter)
    ]
    if not found:
        names = ", ".join(wheel.path.name for wheel in wheels)
        raise CannotRunError(
            f"none of these wheels requires another one that has a library: {names}. Name an exporter and a consumer "
            "that requires it"
        )
    return found


def requires(consumer: Wheel, exporter: Wheel) -> bool:
    """Return whether a wheel requires another one in this environment."""
    named = [each for each in consumer.requirements if canonicalize_name(each.name) == exporter.distribution]
    return any(not each.marker or holds(each.marker) is not False for each in named)


def required(wheel: Wheel, wheels: Sequence[Wheel]) -> frozenset[str]:
    """Return the distributions among wheels that one requires, directly or not."""
    found: set[str] = set()
    waiting = [wheel]
    while waiting:
        current = waiting.pop()
        new = [other for other in wheels if requires(current, other) and other.distribution not in found]
        found |= {other.distribution for other in new}
        waiting += new
    return frozenset(found)


def module_of(wheel: Wheel) -> str:
    """Return the only package or module at the top of a wheel. Raises CannotRunError if there are several or none."""
    tops = {path.parts[0] for path in map(PurePosixPath, wheel.members) if is_module(path)}
    names = sorted({name.partition(".")[0] for name in tops})
    if len(names) == 1:
        return names[0]
    several = f"has several packages ({', '.join(names)})" if names else "has no package"
    raise CannotRunError(
        f"{wheel.path.name} {several}; name the module to import: --import {wheel.distribution}=MODULE"
    )


def is_module(path: PurePosixPath) -> bool:
    """Return whether a file of a wheel is a module, or is in a package."""
    return path.suffix in (".py", ".so", ".pyd") and (len(path.parts) == 1 or path.parts[0].isidentifier())


def trials(
    layouts: Layouts,
    found: Iterable[Pair],
    places: Sequence[str],
    expression: str | None,
    advance: Callable[[], None],
) -> Iterator[Trial]:
    """Yield the result of each pair in each layout. `advance` is called before each."""
    for pair in found:
        for exporter_place in places:
            for consumer_place in places:
                advance()
                yield trial(layouts, pair, exporter_place, consumer_place, expression)


def trial(layouts: Layouts, pair: Pair, exporter_place: str, consumer_place: str, expression: str | None) -> Trial:
    """Return the result of a pair in a layout."""
    places: dict[str, str] = {
        **dict.fromkeys(pair.with_consumer, consumer_place),
        **dict.fromkeys(pair.with_exporter, exporter_place),
        pair.exporter.distribution: exporter_place,
        pair.consumer.distribution: consumer_place,
    }
    layout = layouts.layout(places)
    images, error = mapped(layout, pair)
    copies: dict[str, tuple[str, ...]] = {}
    for image in images:
        facts = read_links(image)
        if facts and (library := library_name(str(image), facts)) in pair.libraries:
            copies[library] = (*copies.get(library, ()), shown(image, layout, places))
    answer, failure = None, None
    # An exporter that is also a consumer need not have the functions of other consumers.
    if expression and not error and not libraries(pair.consumer):
        answer, failure = evaluate(layout, pair.module, expression)
    return Trial(pair, exporter_place, consumer_place, copies, error or failure, answer)


def mapped(layout: Layout, pair: Pair) -> tuple[list[Path], str | None]:
    """Return the mapped files with names of the exporter's libraries after the import, and the error if it fails."""
    questions = {"libraries": sorted(pair.libraries), "exporters": {}, "expression": "None"}
    try:
        seen = layout.ask(questions, [pair.module])
    except LayoutError as failure:
        # The program ended in another way than by an ImportError.
        return [], last_line(failure)
    if error := seen.get("error"):
        return [], f"{error['type']}: {error['message']}"
    return [Path(image) for image in seen["images"]], None


def evaluate(layout: Layout, module: str, expression: str) -> tuple[object, str | None]:
    """Return the value of an expression about `consumer`, the module, and the last line of the error if it fails."""
    code = f"import importlib\nconsumer = importlib.import_module({module!r})\nresult = ({expression})"
    try:
        return layout.evaluate(code), None
    except LayoutError as failure:
        return None, last_line(failure)


def last_line(error: LayoutError) -> str:
    """Return the last line of a message, which for a traceback is the exception."""
    return str(error).strip().splitlines()[-1].removesuffix(":")


def shown(image: Path, layout: Layout, places: dict[str, str]) -> str:
    """Return a library's place in a layout, such as `<user>/libfoo/libfoo.so.1`."""
    for distribution, place in places.items():
        home = layout.homes[distribution].resolve()
        if image.resolve().is_relative_to(home):
            parts = image.resolve().relative_to(home).parts
            site = next((number for number, part in enumerate(parts) if part.endswith("-packages")), -1)
            return f"<{place}>/{PurePosixPath(*parts[site + 1 :])}"
    return str(image)
