"""Type checkers find correct stubs, and the types of every function, in the installed packages."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from library_wheel.project.edits import replace_once
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.packages import CONSUMERS, PACKAGES
from library_wheel.project.wheels import Wheelhouse
from library_wheel.variables import clean_environment

MODULES = {name: package.module for name, package in PACKAGES.items()}

# stubtest does not recognise nanobind's functions; their own signatures are compared below.
ALLOWED = r"""
\w+\.(error|failure|found)  # variables of an `except` at module level, which a module that is imported has not got
consumer_cython\._ext\.__test__  # Cython's own
consumer_cmake\._ext\.(count|hash|intern|name|words)
"""


@pytest.fixture
def layout(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """All packages, in a folder of their own."""
    return layouts.private(*(wheels.repaired(name) for name in PACKAGES))


def mypy(layout: Layout, directory: Path, module: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a module of mypy that finds the packages as installed ones, since with MYPYPATH it would need no py.typed."""
    environment = clean_environment({"PYTHONPATH": str(layout.homes["libfoo"])})
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, env=environment, cwd=directory, capture_output=True, text=True)


def stubtest(layout: Layout, directory: Path) -> subprocess.CompletedProcess[str]:
    """Compare the stubs of all packages with what they describe."""
    allowed = directory / "allowed"
    allowed.write_text(ALLOWED)
    return mypy(layout, directory, "mypy.stubtest", "--concise", "--allowlist", allowed, *MODULES.values())


def test_the_stubs_describe_the_modules(layout: Layout, tmp_path: Path) -> None:
    result = stubtest(layout, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("stub", "old", "new", "message"),
    [
        (
            "libfoo/_init.pyi",
            "__version__: str\n",
            "__version__: str\nnothing: int\n",
            "libfoo._init.nothing is not present at runtime",
        ),
        (
            "consumer_cython/_ext.pyi",
            "(string: str, /)",
            "(string: str, more: int, /)",
            'consumer_cython._ext.intern is inconsistent, runtime does not have parameter "more"',
        ),
        (
            "consumer_cython/_ext.pyi",
            "(data: bytes, /)",
            "()",
            'consumer_cython._ext.hash is inconsistent, stub does not have parameter "data"',
        ),
        (
            "consumer_ext/_ext.pyi",
            "(data: bytes, /)",
            "()",
            'consumer_ext._ext.hash is inconsistent, stub does not have parameter "data"',
        ),
        (
            "consumer_ext/nested/_C.pyi",
            "(cls, string: str)",
            "(cls, text: str)",
            'Symbol.__new__ is inconsistent, stub parameter "text" differs from runtime parameter "string"',
        ),
    ],
)
def test_a_stub_that_is_wrong_is_noticed(
    layout: Layout, tmp_path: Path, stub: str, old: str, new: str, message: str
) -> None:
    replace_once(layout.homes["libfoo"] / stub, old, new)
    result = stubtest(layout, tmp_path)
    assert result.returncode == 1
    assert message in result.stdout


SIGNATURES = """
import importlib, inspect, sys
for module in sys.argv[1:]:
    for function in filter(inspect.isroutine, vars(importlib.import_module(module)).values()):
        inspect.signature(function)  # raises ValueError
"""


def test_functions_have_signatures_without_which_stubtest_would_compare_only_names(layout: Layout) -> None:
    site = layout.homes["libfoo"]
    files = [file.relative_to(site) for file in site.rglob("*.so")]
    modules = [".".join([*file.parent.parts, file.name.partition(".")[0]]) for file in files]
    assert "consumer_ext.nested._C" in modules
    result = layout.run("-c", SIGNATURES, *modules)
    assert result.returncode == 0, result.stderr


def types(stub: str) -> dict[str, list[str]]:
    """Return the types of each function's parameters and, last, of its result, by the text of a stub."""
    functions = [node for node in ast.parse(stub).body if isinstance(node, ast.FunctionDef)]
    return {
        function.name: [
            *(ast.unparse(parameter.annotation) for parameter in (*function.args.posonlyargs, *function.args.args)),
            ast.unparse(function.returns),
        ]
        for function in functions
    }


def test_a_stub_has_the_types_that_nanobind_gives_its_functions(layout: Layout) -> None:
    code = """
from consumer_cmake import _ext
functions = [value for value in vars(_ext).values() if hasattr(value, "__nb_signature__")]
result = "".join(f"{signature}: ...\\n" for function in functions for signature, *_ in function.__nb_signature__)
"""
    described = types(layout.evaluate(code))
    assert described["intern"] == ["str", "int"]
    assert types((layout.homes["libfoo"] / "consumer_cmake" / "_ext.pyi").read_text()) == described


IMPORTS = "".join(f"import {module}\n" for module in MODULES.values())
USED_BY_ALL = """
{module}.name({module}.intern("spam")).upper()
{module}.hash(b"spam") + {module}.count()
"""
USED = """
import consumer_ext.nested

libfoo.get_library().upper()
libfoo.loader.load(["foo"], prefer_system=False)
libbar.get_loaded_library("barutil").upper()
libbar.loader.load()
consumer_ext.nested.Symbol("spam").string.upper()
try:
    sum(consumer_cmake.words("spam and eggs"))
except consumer_cmake.ParseError as error:
    error.with_traceback(None)
""" + "".join(USED_BY_ALL.format(module=MODULES[name]) for name in CONSUMERS)


def check(layout: Layout, directory: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Type-check a program that imports all packages."""
    (directory / "program.py").write_text(IMPORTS + code)
    return mypy(layout, directory, "mypy", "--strict", "--hide-error-codes", "program.py")


def test_a_program_is_checked_against_the_installed_packages(layout: Layout, tmp_path: Path) -> None:
    result = check(layout, tmp_path, USED)
    assert result.returncode == 0, result.stdout


WRONG = {
    "libfoo.get_library(1)": 'Argument 1 to "get_library" has incompatible type "int"; expected "str"',
    "libbar.get_library(1)": 'Argument 1 to "get_library" has incompatible type "int"; expected "str"',
    "consumer_cmake.words(1)": 'Argument 1 to "words" has incompatible type "int"; expected "str"',
} | {
    f"{MODULES[name]}.intern(1)": 'Argument 1 to "intern" has incompatible type "int"; expected "str"'
    for name in CONSUMERS
}


def test_a_wrong_argument_is_noticed(layout: Layout, tmp_path: Path) -> None:
    result = check(layout, tmp_path, "\n".join(WRONG))
    assert [line.partition(" error: ")[2] for line in result.stdout.splitlines()[:-1]] == list(WRONG.values())


def test_a_package_without_py_typed_would_be_noticed(layout: Layout, tmp_path: Path) -> None:
    for module in MODULES.values():
        (layout.homes["libfoo"] / module / "py.typed").unlink()
    result = check(layout, tmp_path, "")
    for module in MODULES.values():
        assert f'Skipping analyzing "{module}": module is installed, but missing library stubs' in result.stdout
