"""A program may define functions with the library's names: neither calls the other's."""

import subprocess
from pathlib import Path

import pytest

from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.libraries import compiler
from library_wheel.project.packages import CONSUMERS, PACKAGES
from library_wheel.project.platform import PLATFORM
from library_wheel.project.wheels import variant
from library_wheel.variables import clean_environment
from support import variants

pytestmark = pytest.mark.needs("programs")


@pytest.fixture
def layout(layouts: Layouts) -> Layout:
    """Exporter and consumers in the system's site-packages."""
    return layouts.layout(dict.fromkeys(PACKAGES, "system"))


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


@pytest.mark.needs("libpython")
def test_a_program_with_a_foo_intern_of_its_own_is_not_disturbed(layout: Layout, tmp_path: Path) -> None:
    prefix = layout.python.parents[1]
    libraries = [prefix / "lib", PLATFORM.interpreter.libraries]
    libpython = f"lib{layout.python.name}.so.1.0"
    folder = next((folder for folder in libraries if (folder / libpython).exists()), None)
    if folder is None:
        pytest.skip(f"this interpreter has no {libpython} to build a program with")
    program = tmp_path / "program"
    source = tmp_path / "program.c"
    source.write_text(PROGRAM)
    include = prefix / "include" / layout.python.name
    command = [*compiler(), source, "-o", program, "-I", include, folder / libpython, f"-Wl,-rpath,{folder}"]
    # libpython may need a newer glibc than the compiler links for.
    subprocess.run([*command, "-Wl,--allow-shlib-undefined"], check=True)
    code = "; ".join(f"import {PACKAGES[name].module} as c; print(c.intern('alpha'))" for name in CONSUMERS)
    environment = clean_environment({"PYTHONHOME": str(prefix)})
    result = subprocess.run([program, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert result.stdout.split() == [*["1"] * len(CONSUMERS), "4242", "4242"]


INTERPOSER = """
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>

static int calls;
uint64_t foo_hash(const void *data, size_t size) { (void)data; (void)size; return ++calls; }

int main(int argc, char **argv) {
    void *library = dlopen(argv[argc - 1], RTLD_NOW);
    uint32_t (*intern)(const char *) = (uint32_t (*)(const char *))dlsym(library, "foo_intern");
    intern("alpha");
    printf("%d\\n", calls);
    return 0;
}
"""


def calls_from_the_library(library: str, folder: Path) -> int:
    """Return how often libfoo calls the foo_hash() that a program exports."""
    program, source = folder / "program", folder / "program.c"
    source.write_text(INTERPOSER)
    subprocess.run([*compiler(), "-rdynamic", source, "-o", program, "-ldl"], check=True)
    command = [*PLATFORM.emulator(), program, library]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def test_the_library_calls_its_own_functions_in_a_program_that_exports_others(layout: Layout, tmp_path: Path) -> None:
    assert calls_from_the_library(str(layout.evaluate("import libfoo; result = libfoo.get_library()")), tmp_path) == 0


def test_without_symbolic_binding_the_library_would_call_the_programs(layouts: Layouts, tmp_path: Path) -> None:
    layout = layouts.private(variant(variants.library_open_to_interposition).wheel("libfoo"))
    assert calls_from_the_library(str(layout.homes["libfoo"] / "libfoo" / "libfoo.so.1"), tmp_path) == 1
