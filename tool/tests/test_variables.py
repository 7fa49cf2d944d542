"""The environment of processes whose output is read."""

import pytest

from library_wheel.variables import clean_environment


@pytest.mark.parametrize("name", ["CLICOLOR_FORCE", "FORCE_COLOR", "PY_COLORS"])
def test_a_variable_that_adds_colours_is_left_out(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    assert name not in clean_environment()
    assert clean_environment({name: "1"})[name] == "1"
