"""The plugin of pytest: fixtures and markers for tests of a project, which `[tool.library-wheel]` describes.

Installed with the tool, it is loaded by every run of pytest. So it does nothing before it has seen that pytest's root
folder, or the current one, is a project's.
"""

from importlib import import_module

import pytest

from .errors import CannotRunError
from .project.settings import listed

# Assertions in them explain themselves as in a test.
pytest.register_assert_rewrite("library_wheel.project.layouts", "library_wheel.project.edits")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker with which a test says what it needs, and register the fixtures if there is a project."""
    config.addinivalue_line(
        "markers", "needs(capability, ...): what the test needs of a platform, by the names of CAPABILITIES."
    )
    try:
        if listed(config.rootpath) or listed(config.invocation_params.dir):
            config.pluginmanager.register(import_module("library_wheel.project.fixtures"), "library-wheel-project")
    except CannotRunError as error:
        raise pytest.UsageError(str(error)) from error
