"""Fixtures of the template's tests: projects made from answers."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.rendering import render as render_into


@pytest.fixture(scope="session", autouse=True)
def copier_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache for copier's clones, so that tests leave the user's alone."""
    folder = tmp_path_factory.mktemp("copier")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COPIER_CACHE_DIR", str(folder))
        yield folder


@pytest.fixture(scope="session")
def render(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The maker of a project from answers, or of only some of its files. Each is made once, so don't edit it."""

    @functools.cache
    def make(*only: str, **answers: str) -> Path:
        return render_into(tmp_path_factory.mktemp("project"), answers, only=only or None)

    return make
