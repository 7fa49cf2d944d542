#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdlib.h>
#include <string.h>

#include "foo.h"

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

/* This takes only bytes, because Py_buffer joined the stable ABI in 3.11. */
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

/* 3 is Py_mod_multiple_interpreters: subinterpreters with a GIL of their own may import this. 4 is Py_mod_gil: the
 * module doesn't need the GIL. The stable ABI of 3.10 declares neither name. */
static PyModuleDef_Slot slots[] = {{3, (void *)2}, {4, (void *)1}, {0, NULL}};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "consumer_setuptools._ext",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__ext(void) {
    /* Interpreters refuse slots that they don't know: before 3.12 both, in 3.12 the second. The call of strchr() also
     * makes this module need libc, which shows auditwheel whether it is for glibc or musl. */
    int minor = atoi(strchr(Py_GetVersion(), '.') + 1);
    if (minor < 13) {
        slots[minor < 12 ? 0 : 1].slot = 0;
    }
    return PyModuleDef_Init(&definition);
}
