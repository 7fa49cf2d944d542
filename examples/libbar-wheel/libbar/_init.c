/* The stub of two libraries. As in libfoo-wheel, which says why. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "bar_version.h"

#include "loaded_file.h"
#include "module_slots.h"

static PyObject *text(uint32_t version) {
    return PyUnicode_FromFormat("%d.%d.%d", (int)(version >> 16), (int)(version >> 8 & 0xFF), (int)(version & 0xFF));
}

static int fits(uint32_t version) { return version >= BAR_VERSION_NUMBER && version >> 16 == BAR_VERSION_NUMBER >> 16; }

static int execute(PyObject *module) {
    PyObject *bar = loaded_file(module, (void *)&bar_version_number, BAR_LIBRARY);
    PyObject *barutil = loaded_file(module, (void *)&barutil_version_number, BARUTIL_LIBRARY);
    PyObject *loaded =
        Py_BuildValue("{s:(NNi)s:(NNi)}", "bar", bar, text(bar_version_number()), fits(bar_version_number()), "barutil",
                      barutil, text(barutil_version_number()), fits(barutil_version_number()));
    int failed = PyModule_AddObjectRef(module, "loaded", loaded);
    Py_XDECREF(loaded);
    return failed ? failed : PyModule_AddStringConstant(module, "__version__", WHEEL_VERSION);
}

static PyModuleDef_Slot slots[MODULE_SLOTS_MAX];

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "libbar._init",
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__init(void) {
    fill_module_slots(slots, execute);
    return PyModuleDef_Init(&definition);
}
