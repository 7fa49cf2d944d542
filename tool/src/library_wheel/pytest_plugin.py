"""The plugin of pytest: fixtures and markers for tests of a project, which `[tool.library-wheel]` describes.

Every run of pytest loads the plugin if the tool is installed. So it does nothing unless pytest's root folder, or the
current folder, belongs to a project.
"""

from importlib import import_module
from pathlib import Path

import pytest

from .errors import CannotRunError
from .project.settings import find_root, listed

# Let assertions in these modules show their values, as in tests.
pytest.register_assert_rewrite("library_wheel.project.layouts", "library_wheel.project.edits")


# Runs before pytest imports the conftest.py of a suite, which needs the project.
@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Register the fixtures if there is a project. Explain what is missing if one of the tool's suites has none."""
    folder, root = Path.cwd(), early_config.rootpath
    try:
        if listed(folder) or listed(root):
            if find_root(folder) != (project := root if listed(root) else folder):
                raise pytest.UsageError(f"run pytest in {project}: it tests the project in the current folder")
            early_config.pluginmanager.register(
                import_module("library_wheel.project.fixtures"), "library-wheel-project"
            )
            return
    except CannotRunError as error:
        raise pytest.UsageError(str(error)) from error
    options = early_config.known_args_namespace
    suites = [name for name in options.file_or_dir if name.startswith("library_wheel.")] if options.pyargs else []
    if suites:
        raise pytest.UsageError(
            f"{suites[0]} tests a project, but {folder} has no pyproject.toml with [[tool.library-wheel.packages]]. "
            "Run pytest in the project's folder"
        )
