"""consumer-cython's declarations of libfoo, used by another Cython package."""

import subprocess
import sysconfig
from pathlib import Path

from library_wheel.project.builds import build_tools
from library_wheel.project.layouts import Layouts
from library_wheel.project.libraries import compiler
from library_wheel.project.wheels import Wheelhouse
from library_wheel.variables import clean_environment

SOURCE = """
# cython: language_level=3
from consumer_cython.foo cimport foo_intern

def intern(bytes string):
    return foo_intern(string)
"""


def test_another_package_cimports_the_declaration(layouts: Layouts, wheels: Wheelhouse, tmp_path: Path) -> None:
    layout = layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-cython"))
    site = layout.homes["consumer-cython"]
    package = site / "libfoo"
    (tmp_path / "other.pyx").write_text(SOURCE)
    cython = layout.with_environment(PYTHONPATH=f"{build_tools()}:{site}")
    result = cython.run("-m", "cython", tmp_path / "other.pyx")
    assert result.returncode == 0, result.stderr

    includes = ["-I", sysconfig.get_path("include"), "-I", package / "include"]
    link = [*compiler(), "-shared", "-fPIC", *includes, tmp_path / "other.c", package / "libfoo.so.1"]
    subprocess.run([*link, "-o", site / "other.so"], env=clean_environment(), check=True)
    code = "import consumer_cython as c, other; result = [c.intern('alpha'), other.intern(b'beta'), c.count()]"
    assert layout.evaluate(code) == [1, 2, 2]
