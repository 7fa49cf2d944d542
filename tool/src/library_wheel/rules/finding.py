"""A finding of a rule in a wheel, and phrases that rules share."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..resolution import Resolution
from ..wheel import Wheel


@dataclass(frozen=True)
class Finding:
    """One finding of a rule in a wheel."""

    # The library that the finding is about; "" for the whole wheel.
    library: str
    files: tuple[str, ...]
    message: str


def by_library(resolutions: Iterable[Resolution]) -> dict[str, list[Resolution]]:
    """Return needs by the library that is needed."""
    found: dict[str, list[Resolution]] = {}
    for resolution in resolutions:
        found.setdefault(resolution.library, []).append(resolution)
    return found


def names(resolutions: Iterable[Resolution]) -> tuple[str, ...]:
    """Return the files that have these needs."""
    return tuple(dict.fromkeys(resolution.name for resolution in resolutions))


def listing(items: Iterable[object], limit: int = 4, conjunction: str = "and") -> str:
    """Return things as a list in a sentence. Beyond the limit, it only gives their number."""
    texts = list(dict.fromkeys(map(str, items)))
    if len(texts) > limit:
        texts[limit - 1 :] = [f"{len(texts) - limit + 1} more"]
    return f" {conjunction} ".join(filter(None, [", ".join(texts[:-1]), texts[-1]])) if texts else ""


def release(wheel: Wheel) -> str:
    """Return a wheel's distribution and version."""
    return f"{wheel.distribution} {wheel.version}"


def releases(wheels: Iterable[Wheel]) -> str:
    """Return distributions and versions of wheels as a list in a sentence."""
    return listing(release(wheel) for wheel in wheels)
