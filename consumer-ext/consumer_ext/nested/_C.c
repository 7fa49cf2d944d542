/* Symbol, an interned string as an object. It pickles as its string, since ids mean nothing to another process. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdlib.h>
#include <string.h>

#include "foo.h"

typedef struct {
    PyObject_HEAD
    uint32_t id;
} Symbol;

static PyObject *symbol_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *keywords[] = {"string", NULL};
    const char *string;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s:Symbol", keywords, &string)) {
        return NULL;
    }
    uint32_t id = foo_intern(string);
    if (id == 0) {
        return PyErr_NoMemory();
    }
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Symbol *self = (Symbol *)allocate(type, 0);
    if (self != NULL) {
        self->id = id;
    }
    return (PyObject *)self;
}

static void symbol_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

static PyObject *symbol_id(PyObject *self, void *unused) {
    (void)unused;
    return PyLong_FromUnsignedLong(((Symbol *)self)->id);
}

static PyObject *symbol_string(PyObject *self, void *unused) {
    (void)unused;
    return PyUnicode_FromString(foo_name(((Symbol *)self)->id));
}

static PyObject *symbol_reduce(PyObject *self, PyObject *unused) {
    (void)unused;
    return Py_BuildValue("O(s)", Py_TYPE(self), foo_name(((Symbol *)self)->id));
}

static PyGetSetDef symbol_members[] = {
    {"id", symbol_id, NULL, PyDoc_STR("The id, in this process."), NULL},
    {"string", symbol_string, NULL, PyDoc_STR("The string."), NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef symbol_methods[] = {
    {"__reduce__", symbol_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot symbol_slots[] = {
    {Py_tp_doc, "Symbol(string)\n--\n\nAn interned string."},
    {Py_tp_new, symbol_new},
    {Py_tp_dealloc, symbol_dealloc},
    {Py_tp_getset, symbol_members},
    {Py_tp_methods, symbol_methods},
    {0, NULL},
};

/* The full name: pickle finds the type through its __module__, which is the part before the last dot. */
static PyType_Spec symbol_spec = {
    .name = "consumer_ext.nested._C.Symbol",
    .basicsize = sizeof(Symbol),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = symbol_slots,
};

static PyObject *symbol(PyObject *module, PyObject *argument) {
    unsigned long long id = PyLong_AsUnsignedLongLong(argument);
    if (id == (unsigned long long)-1 && PyErr_Occurred()) {
        return NULL;
    }
    const char *string = id <= UINT32_MAX ? foo_name((uint32_t)id) : NULL;
    if (string == NULL) {
        PyErr_Format(PyExc_LookupError, "no interned string has the id %llu", id);
        return NULL;
    }
    PyObject *type = PyObject_GetAttrString(module, "Symbol");
    if (type == NULL) {
        return NULL;
    }
    PyObject *result = PyObject_CallFunction(type, "s", string);
    Py_DECREF(type);
    return result;
}

static int execute(PyObject *module) {
    PyObject *type = PyType_FromModuleAndSpec(module, &symbol_spec, NULL);
    if (type == NULL) {
        return -1;
    }
    int result = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    return result;
}

static PyMethodDef methods[] = {
    {"symbol", symbol, METH_O,
     PyDoc_STR("symbol($module, id, /)\n--\n\nThe Symbol with this id; LookupError if there is none.")},
    {NULL, NULL, 0, NULL},
};

/* 3 is Py_mod_multiple_interpreters: subinterpreters with a GIL of their own may import this. 4 is Py_mod_gil: the
 * module doesn't need the GIL. The stable ABI of 3.10 declares neither name. */
static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {3, (void *)2}, {4, (void *)1}, {0, NULL}};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "consumer_ext.nested._C",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__C(void) {
    /* Interpreters refuse slots that they don't know: before 3.12 both, in 3.12 the second. The call of strchr() also
     * makes this module need libc, which shows auditwheel whether it is for glibc or musl. */
    int minor = atoi(strchr(Py_GetVersion(), '.') + 1);
    if (minor < 13) {
        slots[minor < 12 ? 1 : 2].slot = 0;
    }
    return PyModuleDef_Init(&definition);
}
