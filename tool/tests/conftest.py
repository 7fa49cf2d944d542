"""An option of the tests on packages from PyPI, and output without colours for all tests.

Through this file, the tests on packages can also import the tests' shared modules.
"""

from collections.abc import Iterator

import pytest

from library_wheel.variables import ADD_COLOURS


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--page", help="write the results to this page (tests/real)")


@pytest.fixture(scope="session", autouse=True)
def plain_output() -> Iterator[None]:
    """Commands print no colours, even if pytest itself does."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ADD_COLOURS:
            patch.delenv(name, raising=False)
        yield
