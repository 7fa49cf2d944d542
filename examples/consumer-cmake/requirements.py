"""The requirements of the wheel, derived at build time from the libraries it is built against."""

from collections.abc import Mapping
from importlib.metadata import version

# scikit-build-core calls these functions by position.
# ruff: noqa: ARG001

# For each exporter, the first version whose library has another SOVERSION.
NEXT_SOVERSION = {"libfoo": "2", "libbar": "3"}


def dynamic_metadata(settings: Mapping[str, object], project: Mapping[str, object]) -> dict[str, list[str]]:
    """Return `[project]` fields, as scikit-build-core expects from a provider of dynamic metadata."""
    return {"dependencies": [f"{name}>={version(name)},<{cap}" for name, cap in NEXT_SOVERSION.items()]}


def dynamic_wheel(settings: Mapping[str, object]) -> dict[str, bool]:
    """Declare that a wheel's requirements may differ from its sdist's."""
    return {"dependencies": True}
