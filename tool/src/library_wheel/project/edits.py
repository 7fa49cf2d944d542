"""Edits of a copy of the working tree, for negative controls; `wheels.variant()` builds from it."""

import re
from collections.abc import Callable
from pathlib import Path

from .packages import CONSUMER, EXPORTER, MODULE, PACKAGES

Edit = Callable[[Path], None]


def replace_once(file: Path, old: str, new: str) -> None:
    """Replace text that occurs exactly once. Otherwise a change of the original could turn a variant into it."""
    text = file.read_text()
    assert text.count(old) == 1, f"{file} has {text.count(old)} times: {old}"
    file.write_text(text.replace(old, new))


def stub_without_call(tree: Path) -> None:
    """A stub that is linked to the library but calls nothing in it, so that --as-needed drops the dependency."""
    package = tree / PACKAGES[EXPORTER].folder / MODULE
    # The stub of a C++ library calls it from library.cpp.
    for source in package.glob("library.cpp"):
        source.write_text("")
    (package / "_init.c").write_text(
        f"""
        #include <Python.h>
        #include <stdlib.h>
        static int execute(PyObject *module) {{
            PyObject *loaded = PyDict_New();
            if (PyModule_AddObjectRef(module, "loaded", loaded) < 0) abort();
            return PyModule_AddStringConstant(module, "__version__", WHEEL_VERSION);
        }}
        static PyModuleDef_Slot slots[] = {{{{Py_mod_exec, execute}}, {{0, NULL}}}};
        static struct PyModuleDef definition = {{PyModuleDef_HEAD_INIT, .m_name = "{MODULE}._init", .m_slots = slots}};
        PyMODINIT_FUNC PyInit__init(void) {{ return PyModuleDef_Init(&definition); }}
        """
    )


# In a consumer's build file: the line that links to the library, and a replacement that only compiles against it.
LINKED = {
    "meson.build": (r"^ *link_args: \w+\.get_variable\('libfile'\),\n", ""),
    "CMakeLists.txt": (r"^(target_link_libraries\(\w+ PRIVATE )(\S+)\)$", r"\1$<COMPILE_ONLY:\2>)"),
}


def not_linked(tree: Path) -> None:
    """A consumer that is compiled with the library's headers but not linked to it. Extensions may lack symbols."""
    folder = tree / PACKAGES[CONSUMER].folder
    (name,) = (name for name in LINKED if (folder / name).is_file())
    text, count = re.subn(*LINKED[name], (folder / name).read_text(), flags=re.MULTILINE)
    assert count == 1, f"{folder / name} has {count} lines that link to the library"
    (folder / name).write_text(text)
