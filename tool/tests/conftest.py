"""An option of the tests on packages from PyPI. Through this file, they can also import the tests' shared modules."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--page", help="write the results to this page (tests/real)")
