"""What the tests of the template share: projects made of answers."""

import functools
from collections.abc import Callable
from pathlib import Path

import copier
import pytest

from support.sources import copy_files


@pytest.fixture(scope="session")
def render(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """What makes a project of answers, with the defaults for those that are not given: each once, so don't edit it."""
    # The repository itself copier would clone, for every project.
    template = tmp_path_factory.mktemp("template")
    copy_files(template, ".")

    @functools.cache
    def make(**answers: str) -> Path:
        project = tmp_path_factory.mktemp("project")
        copier.run_copy(str(template), project, data=answers, defaults=True, quiet=True)
        return project

    return make
