"""An option of the tests on packages from PyPI. That this file is here lets them import what all tests share."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--page", help="write the results to this page (tests/real)")
