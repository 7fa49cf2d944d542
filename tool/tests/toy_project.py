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
requires-python = ">=3.10"
dependencies = {dependencies}
"""


def project(root: Path, package: str = PACKAGE) -> Path:
    """Write a project into a folder, with this for the file of each package; return the folder."""
    root.mkdir(exist_ok=True)
    (root / "pyproject.toml").write_text(PROJECT)
    for folder, name, dependencies in [
        ("spam-wheel", "py-spam", []),
        ("consumer-ext", "consumer.ext", ["Py_Spam >=2,<3"]),
        ("consumer-pure", "consumer-pure", ["py-spam"]),
    ]:
        (root / folder).mkdir()
        (root / folder / "pyproject.toml").write_text(package.format(name=name, dependencies=dependencies))
    return root
