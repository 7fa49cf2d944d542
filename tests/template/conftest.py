"""What the tests of the template share: projects made of answers."""

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from support.rendering import render as render_into


@pytest.fixture(scope="session")
def render(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """What makes a project of answers, or only the files that are named: each once, so don't edit it."""

    @functools.cache
    def make(*only: str, **answers: str) -> Path:
        return render_into(tmp_path_factory.mktemp("project"), answers, only=only or None)

    return make
