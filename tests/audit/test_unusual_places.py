"""Packages that root installed for itself, in layers of a container, and in a program that starts Python twice."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from library_wheel.layouts import PIP_RUNNER
from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.libraries import compiler
from library_wheel.project.packages import CONSUMERS, LIBRARY_FILE, PACKAGES
from library_wheel.project.platform import PLATFORM
from library_wheel.project.users import ordinary_user
from library_wheel.project.wheels import Wheelhouse
from library_wheel.variables import clean_environment

pytestmark = pytest.mark.needs("ELF")


def install(layouts: Layouts, folder: Path, wheel: Path, umask: int) -> Path:
    """Let pip install a wheel into a folder that every user can list; return this folder."""
    command = [layouts.layout({}).python, PIP_RUNNER, "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*command, "--target", folder, wheel], env=clean_environment({}), umask=umask, check=True)
    folder.chmod(0o755)
    return folder


@pytest.mark.needs("ordinary user")
@pytest.mark.parametrize("consumer", CONSUMERS)
def test_an_exporter_that_root_installed_with_umask_077_is_named_as_unreadable(
    layouts: Layouts, wheels: Wheelhouse, consumer: str
) -> None:
    if not ordinary_user():
        pytest.skip("only root can install what another user can't read")
    if layouts.other_copies():
        pytest.skip("the loader finds this machine's own copy")
    consumers = layouts.private(*(wheels.repaired(name) for name in PACKAGES if name != "libfoo"))
    exporter = install(layouts, layouts.new_directory("private", frozenset()), wheels.repaired("libfoo"), 0o077)
    both = consumers.with_environment(PYTHONPATH=f"{consumers.environment['PYTHONPATH']}:{exporter}")
    message = both.error(PACKAGES[consumer].module, **ordinary_user())["message"]
    assert f"this user may not read {exporter / 'libfoo'}. Grant read permission. The loader says: " in message
    assert "not installed" not in message


@pytest.mark.needs("ordinary user")
def test_packages_that_root_installed_with_umask_022_work_for_other_users(layouts: Layouts, wheels: Wheelhouse) -> None:
    folder = layouts.new_directory("private", frozenset())
    for name in ("libfoo", "consumer-ext"):
        install(layouts, folder, wheels.repaired(name), 0o022)
    layouts.layout({}).at(folder).assert_one_copy("consumer-ext", **ordinary_user())


def test_a_folder_with_a_colon_is_searched_by_glibc(layouts: Layouts, wheels: Wheelhouse) -> None:
    layout = layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-ext"), below="a:b")
    # Not on PYTHONPATH, which is split at colons.
    code = f"import sys; sys.path.insert(0, {str(layout.homes['libfoo'])!r}); import consumer_ext, libfoo"
    library = layout.with_environment(PYTHONPATH="").evaluate(f"{code}; result = libfoo.get_loaded_library()")
    assert library == str(layout.homes["libfoo"] / "libfoo" / LIBRARY_FILE)


@pytest.fixture
def layered(layouts: Layouts, wheels: Wheelhouse, tmp_path: Path) -> Iterator[Layout]:
    """The exporter in the lower layer of a file system, as in a container's base image; the layers above are empty."""
    lower = layouts.private(wheels.repaired("libfoo")).homes["libfoo"]
    upper, work, merged = (tmp_path / name for name in ("upper", "work", "merged"))
    for folder in (upper, work, merged):
        folder.mkdir()
    options = f"lowerdir={lower},upperdir={upper},workdir={work}"
    if subprocess.run(["mount", "-t", "overlay", "-o", options, "none", merged], capture_output=True).returncode:
        pytest.skip("this user may not mount a file system of layers")
    yield layouts.layout({}).at(merged)
    subprocess.run(["umount", merged], check=True)


def test_a_consumer_in_an_upper_layer_uses_the_exporter_in_the_lower_one(
    layouts: Layouts, wheels: Wheelhouse, layered: Layout
) -> None:
    layouts.unpack(layered.homes["consumer-ext"], *wheels.consumer("consumer-ext"))
    layered.assert_one_copy("consumer-ext")


def test_an_exporter_in_an_upper_layer_replaces_the_one_in_the_lower_layer(
    layouts: Layouts, wheels: Wheelhouse, layered: Layout
) -> None:
    layouts.unpack(layered.homes["libfoo"], wheels.repaired("libfoo"), *wheels.consumer("consumer-ext"))
    (layered.homes["libfoo"].with_name("upper") / "libfoo" / LIBRARY_FILE).stat()
    layered.assert_one_copy("consumer-ext")


TWICE = """
#include <Python.h>

int main(int argc, char **argv) {
    for (int start = 0; start < 2; start++) {
        Py_Initialize();
        if (PyRun_SimpleString(argv[1]))
            return 1;
        if (Py_FinalizeEx())
            return 2;
    }
    return argc == 2 ? 0 : 3;
}
"""


# Cython's modules can't be imported into a second interpreter after the first has ended.
REFUSALS = {"consumer-cython": "TypeError: 'NoneType' object is not callable"}


@pytest.mark.needs("libpython")
@pytest.mark.parametrize("consumer", CONSUMERS)
def test_a_program_that_starts_python_twice_keeps_the_library_and_its_state(
    layouts: Layouts, tmp_path: Path, consumer: str
) -> None:
    layout = layouts.layout(dict.fromkeys(PACKAGES, "system"))
    prefix = layout.python.parents[1]
    libpython = f"lib{layout.python.name}.so.1.0"
    folders = [prefix / "lib", PLATFORM.interpreter.libraries]
    folder = next((folder for folder in folders if (folder / libpython).exists()), None)
    if folder is None:
        pytest.skip(f"this interpreter has no {libpython} to build a program with")
    program, source = tmp_path / "program", tmp_path / "program.c"
    source.write_text(TWICE)
    include = prefix / "include" / layout.python.name
    command = [*compiler(), source, "-o", program, "-I", include, folder / libpython, f"-Wl,-rpath,{folder}"]
    # libpython may need a newer glibc than the compiler links for.
    subprocess.run([*command, "-Wl,--allow-shlib-undefined"], check=True)
    module = PACKAGES[consumer].module
    code = f"import {module} as c; print([c.intern(s) for s in ('alpha', 'beta')], c.count())"
    # Python looks for itself on PATH, and site would take a virtual environment's for its own.
    environment = clean_environment({"PYTHONHOME": str(prefix), "PATH": "/usr/bin:/bin"})
    result = subprocess.run([program, code], env=environment, capture_output=True, text=True)
    if (refusal := REFUSALS.get(consumer, "")) and refusal in result.stderr:
        pytest.skip(refusal)
    assert result.returncode == 0, result.stderr
    assert [json.loads(f"[{line.replace(']', '],')}]") for line in result.stdout.splitlines()] == [[[1, 2], 2]] * 2
