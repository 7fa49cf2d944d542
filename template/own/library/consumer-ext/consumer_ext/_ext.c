#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "module_slots.h"
#include "smoke_test.h"

static PyObject *ext_smoke_test(PyObject *module, PyObject *unused) {
    (void)module;
    (void)unused;
    return PyBool_FromLong(smoke_test());
}

static PyMethodDef methods[] = {
    {"smoke_test", ext_smoke_test, METH_NOARGS,
     PyDoc_STR("smoke_test($module)\n--\n\nWhether a call of the library returns what it should.")},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[MODULE_SLOTS_MAX];

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "consumer_ext._ext",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__ext(void) {
    fill_module_slots(slots, NULL);
    return PyModuleDef_Init(&definition);
}
