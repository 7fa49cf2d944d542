"""A wheel whose name differs from the library's: only PyPI and Python see that name."""

import keyword
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from library_wheel.project.packages import PACKAGES, ROOT

Render = Callable[..., Path]

LETTERS = 'Enter a name such as spam-native: letters, digits, "-", "_" and "."'


@pytest.mark.parametrize(
    ("distribution", "sentence"),
    [
        ("spam native", LETTERS),
        ("spam-", LETTERS),
        ("7spam", LETTERS),
        ("späm", LETTERS),
        ("", LETTERS),
        ("json", '"json" is a module of Python\'s standard library or a Python keyword.'),
        ("Py-Compile", '"py_compile" is a module of Python\'s standard library or a Python keyword.'),
        ("lambda", '"lambda" is a module of Python\'s standard library or a Python keyword.'),
        ("Con", 'Windows allows no folder named "con".'),
        ("consumer.ext", '"consumer.ext" is the name of a consumer in this project.'),
    ],
)
def test_a_distribution_that_pypi_or_python_cannot_have_is_refused(
    render: Render, distribution: str, sentence: str
) -> None:
    with pytest.raises(ValueError, match=f"^Validation error for question 'distribution': {re.escape(sentence)}"):
        render(name="spam", distribution=distribution)


def test_each_word_and_module_of_this_python_is_refused() -> None:
    refused = set(re.findall(r"'(\w+)'", (ROOT / "template" / "reserved.jinja").read_text()))
    modules = {name for name in sys.stdlib_module_names if not name.startswith("_")}
    # Names of modules have no capital letters.
    assert {name for name in {*modules, *keyword.kwlist} if name == name.lower()} - refused == set()


@pytest.mark.parametrize(
    ("distribution", "module"),
    [("spam-native", "spam_native"), ("Spam.Native", "spam_native"), ("spam__native", "spam_native"), ("s", "s")],
)
def test_python_imports_the_distribution_by_a_name_derived_from_it(
    render: Render, distribution: str, module: str
) -> None:
    wheel = render(name="spam", distribution=distribution) / f"{module}-wheel"
    assert f'\nname = "{distribution}"\n' in (wheel / "pyproject.toml").read_text()
    assert (wheel / module / "_init.c").is_file()


@pytest.mark.parametrize("kind", ["in-tree", "cmake", "meson", "prebuilt"])
def test_files_symbols_and_link_names_are_the_librarys(render: Render, kind: str) -> None:
    answers = {"name": "spam", "kind": kind, "extras": "true"}
    with_default, project = render(**answers), render(**answers, distribution="ham-native")
    libraries = [
        file.read_text()
        for folder, module in [(with_default, "libspam"), (project, "ham_native")]
        for file in (folder / f"{module}-wheel" / module).glob("_libraries.py*")
        if file.suffix != ".pyi"
    ]
    assert libraries[0] == libraries[1]
    assert '"spam": ("@' in libraries[0]
    # Only folders and files about the wheel are named after it.
    named = {path.relative_to(project).as_posix() for path in project.rglob("*ham*")}
    hook = "ham_native-wheel/ham_native/_pyinstaller/hook-ham_native.py"
    assert named == {"ham_native-wheel", "ham_native-wheel/ham_native", hook}


def without_versions(folder: Path, *names: str) -> list[str]:
    """Return the lines of sources that say how to install a wheel without naming versions."""
    wheel = "|".join(map(re.escape, names))
    advice = re.compile(rf"pip install( --[\w-]+)* [\\\"']*({wheel})(?![\w.]*[<>=])")
    sources = [
        path for path in folder.rglob("*") if path.suffix in (".py", ".c", ".h", ".build", ".txt", ".toml", ".in")
    ]
    return [line for source in sources for line in source.read_text().splitlines() if advice.search(line)]


@pytest.mark.parametrize("kind", ["in-tree", "cmake", "meson", "prebuilt"])
def test_advice_to_install_a_wheel_names_the_versions_that_fit(render: Render, kind: str) -> None:
    project = render(name="spam", kind=kind, distribution="ham-native")
    assert without_versions(project, "ham-native", "ham_native", "libspam", "consumer-ext") == []
    errors = project / "ham_native-wheel" / "ham_native" / "diagnosis.py"
    assert 'pip install --force-reinstall "ham-native>=1.' in errors.read_text()


@pytest.mark.parametrize("folder", [package.folder for package in PACKAGES.values()])
def test_the_examples_advice_to_install_a_wheel_names_the_versions(folder: str) -> None:
    assert without_versions(ROOT / folder, *PACKAGES) == []


def test_advice_without_versions_would_be_noticed(tmp_path: Path) -> None:
    lines = ['"pip install --force-reinstall libspam"', "'pip install \"libspam\"'", "'pip install \"libspam>=1\"'"]
    (tmp_path / "diagnosis.py").write_text("\n".join(lines))
    assert without_versions(tmp_path, "libspam") == lines[:2]
