/* The stub. Importing it makes the dynamic loader load libbar from this package's folder, because the stub is linked to
 * libbar and calls it. Every extension module loaded later that needs the same SONAME (install name, DLL name) gets
 * this copy, wherever it is installed. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "loaded_file.h"
#include "module_slots.h"

/* Defined in library.cpp, because C can't include the library's headers. */
void *address_in_bar(void);
void *address_in_barutil(void);
const char *version_of_bar(void);
int bar_is_recent(void);

/* Record what is true now: for each library the file that is running, its version, and whether it has all
 * that the headers declare. Call only functions of the oldest symbol version. With a newer one, the loader would refuse
 * an older copy before Python can say which file that is. */
static int execute(PyObject *module) {
    PyObject *loaded =
        Py_BuildValue("{s:(Nzi)s:(Nzi)}", "bar", loaded_file(module, address_in_bar(), BAR_LIBRARY), version_of_bar(),
                      bar_is_recent(), "barutil", loaded_file(module, address_in_barutil(), BARUTIL_LIBRARY), NULL, 1);
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
