/* Calls of libfoo: many in a loop in C, and one for each call from Python. Each case is linked from the same object. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <time.h>

#include "foo.h"

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Seconds for this many calls of the library's shortest function, and the sum of their results. */
static PyObject *versions(PyObject *module, PyObject *argument) {
    (void)module;
    long count = PyLong_AsLong(argument);
    uint64_t sum = 0;
    double start = now();
    for (long i = 0; i < count; i++) {
        sum += foo_version_number();
    }
    return Py_BuildValue("dK", now() - start, (unsigned long long)sum);
}

/* The same for a function that does a little: it hashes 16 bytes. */
static PyObject *hashes(PyObject *module, PyObject *argument) {
    (void)module;
    long count = PyLong_AsLong(argument);
    uint64_t data[2] = {0, 0};
    double start = now();
    for (long i = 0; i < count; i++) {
        data[0] = foo_hash(data, sizeof data);
    }
    return Py_BuildValue("dK", now() - start, (unsigned long long)data[0]);
}

static PyObject *version(PyObject *module, PyObject *unused) {
    (void)module;
    (void)unused;
    return PyLong_FromUnsignedLong(foo_version_number());
}

static PyMethodDef methods[] = {
    {"versions", versions, METH_O, PyDoc_STR("versions($module, count, /)\n--\n\nSeconds, and a sum.")},
    {"hashes", hashes, METH_O, PyDoc_STR("hashes($module, count, /)\n--\n\nSeconds, and the last hash.")},
    {"version", version, METH_NOARGS, PyDoc_STR("version($module)\n--\n\nThe version as a number.")},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "calls",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_calls(void) { return PyModuleDef_Init(&definition); }
