"""The library is there for those who link to it and for nobody else."""

import subprocess
import sysconfig
from pathlib import Path

import pytest

from support.environment import clean_environment
from support.layouts import Layout, Layouts
from support.libraries import compiler
from support.packages import CONSUMERS, PACKAGES

IS_GLOBAL = "import ctypes; result = hasattr(ctypes.CDLL(None), 'foo_intern')"


@pytest.fixture
def layout(layouts: Layouts) -> Layout:
    """Exporter and consumers in the system's site-packages."""
    return layouts.layout(dict.fromkeys(PACKAGES, "system"))


def test_the_symbols_are_not_global(layout: Layout) -> None:
    imports = "".join(f"import {package.module}\n" for package in PACKAGES.values())
    assert layout.evaluate(imports + IS_GLOBAL) is False


def test_global_symbols_would_be_noticed(layout: Layout) -> None:
    assert layout.evaluate(f"import ctypes, libfoo; ctypes.CDLL(libfoo.get_library(), 3 | 0x100)\n{IS_GLOBAL}") is True


PROGRAM = """
#include <Python.h>
#include <stdio.h>

unsigned foo_intern(const char *string) { return string[0] == 'a' ? 4242 : 0; }

int main(int argc, char **argv) {
    unsigned before = foo_intern("alpha");
    int failed = Py_BytesMain(argc, argv);
    printf("%u %u\\n", before, foo_intern("alpha"));
    return failed;
}
"""


def test_a_program_with_a_foo_intern_of_its_own_is_not_disturbed(layout: Layout, tmp_path: Path) -> None:
    prefix = layout.python.parents[1]
    libraries = [prefix / "lib", Path(sysconfig.get_config_var("LIBDIR"))]
    libpython = f"lib{layout.python.name}.so.1.0"
    folder = next((folder for folder in libraries if (folder / libpython).exists()), None)
    if folder is None:
        pytest.skip(f"this interpreter has no {libpython} to build a program with")
    program = tmp_path / "program"
    source = tmp_path / "program.c"
    source.write_text(PROGRAM)
    include = prefix / "include" / layout.python.name
    command = [*compiler(), source, "-o", program, "-I", include, folder / libpython, f"-Wl,-rpath,{folder}"]
    subprocess.run(command, check=True)
    code = "; ".join(f"import {PACKAGES[name].module} as c; print(c.intern('alpha'))" for name in CONSUMERS)
    environment = clean_environment({"PYTHONHOME": str(prefix)})
    result = subprocess.run([program, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert result.stdout.split() == [*["1"] * len(CONSUMERS), "4242", "4242"]
