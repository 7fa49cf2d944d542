#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "foo.h"
#include "module_slots.h"

static PyObject *ext_intern(PyObject *module, PyObject *args) {
    (void)module;
    const char *string;
    if (!PyArg_ParseTuple(args, "s:intern", &string)) {
        return NULL;
    }
    uint32_t id = foo_intern(string);
    if (id == 0) {
        return PyErr_NoMemory();
    }
    return PyLong_FromUnsignedLong(id);
}

static PyObject *ext_name(PyObject *module, PyObject *argument) {
    (void)module;
    unsigned long long id = PyLong_AsUnsignedLongLong(argument);
    if (id == (unsigned long long)-1 && PyErr_Occurred()) {
        return NULL;
    }
    const char *string = id <= UINT32_MAX ? foo_name((uint32_t)id) : NULL;
    if (string == NULL) {
        PyErr_Format(PyExc_LookupError, "no interned string has the id %llu", id);
        return NULL;
    }
    return PyUnicode_FromString(string);
}

static PyObject *ext_count(PyObject *module, PyObject *unused) {
    (void)module;
    (void)unused;
    return PyLong_FromUnsignedLong(foo_count());
}

/* Of bytes only: Py_buffer joined the stable ABI in 3.11. */
static PyObject *ext_hash(PyObject *module, PyObject *args) {
    (void)module;
    const char *data;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, "y#:hash", &data, &size)) {
        return NULL;
    }
    uint64_t hash;
    Py_BEGIN_ALLOW_THREADS
    hash = foo_hash(data, (size_t)size);
    Py_END_ALLOW_THREADS
    return PyLong_FromUnsignedLongLong(hash);
}

static PyMethodDef methods[] = {
    {"intern", ext_intern, METH_VARARGS,
     PyDoc_STR("intern($module, string, /)\n--\n\nThe id of a string, the same throughout the process.")},
    {"name", ext_name, METH_O,
     PyDoc_STR("name($module, id, /)\n--\n\nThe string with this id; LookupError if there is none.")},
    {"count", ext_count, METH_NOARGS, PyDoc_STR("count($module)\n--\n\nHow many strings are interned.")},
    {"hash", ext_hash, METH_VARARGS, PyDoc_STR("hash($module, data, /)\n--\n\nFNV-1a, 64 bits, of bytes.")},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[MODULE_SLOTS_MAX];

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "consumer_setuptools._ext",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__ext(void) {
    fill_module_slots(slots, NULL);
    return PyModuleDef_Init(&definition);
}
