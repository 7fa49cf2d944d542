"""The metadata name licences that SPDX and PyPI know. Builds accept any text."""

import re

import pytest
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from ..project.packages import PACKAGES, ROOT


def fault(expression: str) -> str:
    """Return what is wrong with a licence expression, if anything."""
    try:
        canonicalize_license_expression(expression)
    except InvalidLicenseExpression as error:
        return f"{expression}: {error}. PyPI accepts the licences in https://spdx.org/licenses, and LicenseRef-NAME."
    return ""


@pytest.mark.parametrize("distribution", PACKAGES)
def test_pypi_accepts_the_licence(distribution: str) -> None:
    pyproject = (ROOT / PACKAGES[distribution].folder / "pyproject.toml").read_text(encoding="utf-8")
    (expression,) = re.findall('^license = "(.*)"$', pyproject, re.MULTILINE)
    assert fault(expression) == ""


def test_an_unknown_licence_would_be_noticed() -> None:
    # The middle is packaging's sentence.
    assert re.match(r"MIT AND GPL: .*\bgpl\b.*\. PyPI accepts ", fault("MIT AND GPL"), re.IGNORECASE)
