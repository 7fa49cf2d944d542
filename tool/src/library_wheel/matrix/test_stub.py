"""The stub, a single binary for the stable ABI, declares to each interpreter the slots that this one knows."""

import pytest

from ..project.layouts import Layouts
from ..project.packages import CONSUMER, EXPORTER, MODULE, PACKAGES
from ..project.platform import PLATFORM

pytestmark = pytest.mark.needs("PyDLL")

MULTIPLE_INTERPRETERS = (3, 2)  # Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED
GIL_NOT_USED = (4, 1)  # Py_mod_gil, Py_MOD_GIL_NOT_USED

# PyModuleDef in the stable ABI: a PyModuleDef_Base of five words, then name, doc, size, methods, slots.
READ_SLOTS = """
import ctypes, sys
import {module} as module
init = getattr(ctypes.PyDLL(module.__file__), "PyInit_" + module.__name__.rpartition(".")[2])
init.restype = ctypes.c_void_p
word = ctypes.sizeof(ctypes.c_void_p)
base = object.__basicsize__ + 3 * word
slot = ctypes.c_void_p.from_address(init() + base + 4 * word).value
result = []
while number := ctypes.c_int.from_address(slot).value:
    result.append((number, ctypes.c_void_p.from_address(slot + word).value))
    slot += 2 * word
"""


# The extension modules of a package.
EXTENSIONS = """
import importlib.machinery, sys
import {module}
modules = [module for name, module in sys.modules.items() if name.startswith("{module}.")]
extension = importlib.machinery.ExtensionFileLoader
result = sorted(module.__name__ for module in modules if isinstance(module.__spec__.loader, extension))
"""

STUB = f"{MODULE}._init"


def slots(layouts: Layouts, module: str = STUB) -> list[tuple[int, int]]:
    """Return the numbers and values of the slots that an extension module declares to the interpreter."""
    layout = layouts.layout({EXPORTER: "system", CONSUMER: "system"})
    return [tuple(pair) for pair in layout.evaluate(READ_SLOTS.format(module=module))]


def test_the_stub_supports_subinterpreters_with_a_gil_of_their_own_from_cpython_3_12_on(layouts: Layouts) -> None:
    assert (MULTIPLE_INTERPRETERS in slots(layouts)) == (PLATFORM.version >= (3, 12))


def test_the_stub_does_not_ask_a_free_threaded_interpreter_for_the_gil(layouts: Layouts) -> None:
    assert (GIL_NOT_USED in slots(layouts)) == (PLATFORM.version >= (3, 13))


def test_an_interpreter_gets_no_slot_that_it_does_not_know(layouts: Layouts) -> None:
    layout = layouts.layout({EXPORTER: "system", CONSUMER: "system"})
    extension, *_ = layout.evaluate(EXTENSIONS.format(module=PACKAGES[CONSUMER].module))
    newest = 2 if PLATFORM.version < (3, 12) else 3 if PLATFORM.version < (3, 13) else 4
    assert {number for number, _ in slots(layouts)} <= set(range(1, newest + 1))
    assert slots(layouts, extension) == slots(layouts)[1:]
