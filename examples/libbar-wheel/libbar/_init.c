/* The stub. Importing it makes the dynamic loader load libbar from this package's folder, because the stub is linked to
 * libbar and calls it. Every extension module loaded later that needs the same SONAME (install name, DLL name) gets
 * this copy, wherever it is installed. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdlib.h>
#include <string.h>

#include "loaded_file.h"

/* Defined in library.cpp, because C can't include the library's headers. */
void *address_in_bar(void);
void *address_in_barutil(void);
const char *version_of_bar(void);
int bar_is_recent(void);

/* Record what is running: for each library its file, its version, and whether it has everything the headers declare.
 * Call only functions of the oldest symbol version: with a newer one, the loader would refuse an older copy before
 * Python could report its path. */
static int execute(PyObject *module) {
    PyObject *loaded =
        Py_BuildValue("{s:(Nzi)s:(Nzi)}", "bar", loaded_file(module, address_in_bar(), BAR_LIBRARY), version_of_bar(),
                      bar_is_recent(), "barutil", loaded_file(module, address_in_barutil(), BARUTIL_LIBRARY), NULL, 1);
    int failed = PyModule_AddObjectRef(module, "loaded", loaded);
    Py_XDECREF(loaded);
    return failed ? failed : PyModule_AddStringConstant(module, "__version__", WHEEL_VERSION);
}

/* 3 is Py_mod_multiple_interpreters: subinterpreters with a GIL of their own may import this. 4 is Py_mod_gil: the
 * module doesn't need the GIL. The stable ABI of 3.10 declares neither name. */
static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {3, (void *)2}, {4, (void *)1}, {0, NULL}};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "libbar._init",
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__init(void) {
    /* Interpreters refuse slots that they don't know: before 3.12 both, in 3.12 the second. The call of strchr() also
     * makes this module need libc, which shows auditwheel whether it is for glibc or musl. */
    int minor = atoi(strchr(Py_GetVersion(), '.') + 1);
    if (minor < 13) {
        slots[minor < 12 ? 1 : 2].slot = 0;
    }
    return PyModuleDef_Init(&definition);
}
