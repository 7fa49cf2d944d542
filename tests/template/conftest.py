"""Fixtures of the template's tests: projects made from answers."""

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from support.rendering import render as render_into


@pytest.fixture(scope="session")
def render(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The maker of a project from answers, or of only some of its files. Each is made once, so don't edit it."""

    @functools.cache
    def make(*only: str, **answers: str) -> Path:
        return render_into(tmp_path_factory.mktemp("project"), answers, only=only or None)

    return make
