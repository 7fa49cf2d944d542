"""Fixtures of the audits."""

import shutil
import sys
from pathlib import Path

import pytest

from ..project.builds import build_requirements
from ..project.packages import CONSUMER, EXPORTERS
from ..project.sources import snapshot
from ..project.wheels import Wheelhouse, make_wheels


@pytest.fixture(scope="session")
def wheels(wheels: Wheelhouse, tmp_path_factory: pytest.TempPathFactory) -> Wheelhouse:
    """The wheels as this interpreter builds them. Other tests may use those of an older one, whose bytes differ."""
    # An exporter's tag names the oldest CPython that the wheel is for, not the one that built it.
    if f"-cp3{sys.version_info[1]}-" in wheels.wheel(CONSUMER).name:
        return wheels
    tree = snapshot(tmp_path_factory.mktemp("tree") / "tree")
    return make_wheels(tree, tmp_path_factory.mktemp("wheels"))


@pytest.fixture(scope="session")
def using(wheels: Wheelhouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything a build may install: build requirements and exporters."""
    directory = shutil.copytree(build_requirements(), tmp_path_factory.mktemp("using") / "wheels")
    for exporter in EXPORTERS:
        shutil.copy2(wheels.wheel(exporter), directory)
    return directory
