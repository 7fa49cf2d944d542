"""Projects for tests, of an exporter and its consumers, that have no sources."""

from pathlib import Path

PROJECT = """
[tool.library-wheel]
expression = "consumer.last_id()"
answer = 1

[[tool.library-wheel.packages]]
folder = "spam-wheel"
libraries = [{ name = "spam", soversion = "2" }]

[[tool.library-wheel.packages]]
folder = "consumer-ext"

[[tool.library-wheel.packages]]
folder = "consumer-pure"
pure = true
"""

PACKAGE = """
[build-system]
requires = ["hatchling", "Py-Spam >=2"]
build-backend = "hatchling.build"

[project]
name = "{name}"
version = "2.0"
dependencies = {dependencies}
"""


def project(root: Path) -> Path:
    """Write a project into a folder and return that."""
    root.mkdir(exist_ok=True)
    (root / "pyproject.toml").write_text(PROJECT)
    for folder, name, dependencies in [
        ("spam-wheel", "py-spam", []),
        ("consumer-ext", "consumer.ext", ["Py_Spam >=2,<3"]),
        ("consumer-pure", "consumer-pure", ["py-spam"]),
    ]:
        (root / folder).mkdir()
        (root / folder / "pyproject.toml").write_text(PACKAGE.format(name=name, dependencies=dependencies))
    return root
