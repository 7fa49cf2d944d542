#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <sys/mman.h>

#include "cblas.h"

/* The sum of the elements of the product of two square matrices of ones, which is the cube of their size. */
static PyObject *product(PyObject *module, PyObject *argument) {
    (void)module;
    int n = (int)PyLong_AsLong(argument);
    if (n <= 0 || n > 10000) {
        return PyErr_Format(PyExc_ValueError, "a size from 1 to 10000 is needed, not %R", argument);
    }
    size_t count = (size_t)n * (size_t)n, size = 2 * count * sizeof(double);
    /* Not malloc(), which may keep freed memory, and that would be measured. */
    double *ones = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (ones == MAP_FAILED) {
        return PyErr_NoMemory();
    }
    double *result = ones + count;
    for (size_t i = 0; i < count; i++) {
        ones[i] = 1;
    }
    scipy_cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, ones, n, ones, n, 0, result, n);
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += result[i];
    }
    munmap(ones, size);
    return PyFloat_FromDouble(sum);
}

static PyMethodDef methods[] = {
    {"product", product, METH_O, PyDoc_STR("product($module, size, /)\n--\n\nThe cube of a number, the long way.")},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "consumer_blas._ext",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__ext(void) { return PyModuleDef_Init(&definition); }
