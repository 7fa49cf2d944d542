"""With exporter and consumers in any site-packages, all use one copy of the library: the exporter's."""

from itertools import permutations

import pytest

from ..project.layouts import PLACES, Layout, Layouts
from ..project.packages import CONSUMERS, EXPORTER

pytestmark = pytest.mark.usefixtures("_interpreter_on_record")

EVERYWHERE = [
    pytest.param(place, marks=[pytest.mark.needs("editable installs")] if place == "editable" else [])
    for place in PLACES
]


def pair(layouts: Layouts, exporter_place: str, consumer_place: str) -> Layout:
    """Return the layout with the exporter in one place and all consumers in another, for all tests of this pair."""
    return layouts.layout({EXPORTER: exporter_place, **dict.fromkeys(CONSUMERS, consumer_place)})


@pytest.mark.parametrize("consumer", CONSUMERS)
@pytest.mark.parametrize("consumer_place", EVERYWHERE)
@pytest.mark.parametrize("exporter_place", EVERYWHERE)
def test_a_consumer_uses_the_exporters_copy(
    layouts: Layouts, exporter_place: str, consumer_place: str, consumer: str
) -> None:
    pair(layouts, exporter_place, consumer_place).assert_one_copy(consumer)


@pytest.mark.parametrize("places", list(permutations(["system", "user", "venv"])), ids="-".join)
def test_exporter_and_consumers_are_in_three_site_packages_at_once(layouts: Layouts, places: tuple[str, ...]) -> None:
    exporter_place, *consumer_places = places
    spread = {consumer: consumer_places[i % 2] for i, consumer in enumerate(CONSUMERS)}
    layouts.layout({EXPORTER: exporter_place, **spread}).assert_one_copy(*CONSUMERS)


@pytest.mark.parametrize("consumer", CONSUMERS)
@pytest.mark.parametrize("consumer_place", ["system", "venv"])
@pytest.mark.parametrize("exporter_place", ["system", "venv"])
def test_an_isolated_interpreter_sees_system_and_venv(
    layouts: Layouts, exporter_place: str, consumer_place: str, consumer: str
) -> None:
    pair(layouts, exporter_place, consumer_place).assert_one_copy(consumer, flags=("-I",))
