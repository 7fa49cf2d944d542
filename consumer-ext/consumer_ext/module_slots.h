/* Slots newer than the stable ABI of 3.10. Older interpreters refuse a module that has them, so they are chosen at run
 * time. The numbers are those of CPython's Include/moduleobject.h. */
#ifndef MODULE_SLOTS_H
#define MODULE_SLOTS_H

#include <Python.h>

#include <string.h>

enum { MODULE_SLOTS_MAX = 4 };

/* Fill `slots`, which has MODULE_SLOTS_MAX elements, with the function `execute` (unless it is NULL) and the newer
 * slots that this interpreter knows. */
static inline void fill_module_slots(PyModuleDef_Slot *slots, int (*execute)(PyObject *module)) {
    /* The minor version, from "3.12.1 (main, ...": it has two digits, since 3.10 is the oldest. Py_Version came with
     * 3.11. The call of strchr() also shows auditwheel which libc this is for. */
    const char *digits = strchr(Py_GetVersion(), '.') + 1;
    int minor = 10 * (digits[0] - '0') + (digits[1] - '0');
    if (execute != NULL) {
        *slots++ = (PyModuleDef_Slot){Py_mod_exec, execute};
    }
    if (minor >= 12) {
        /* Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED */
        *slots++ = (PyModuleDef_Slot){3, (void *)2};
    }
    if (minor >= 13) {
        /* Py_mod_gil, Py_MOD_GIL_NOT_USED */
        *slots++ = (PyModuleDef_Slot){4, (void *)1};
    }
    *slots = (PyModuleDef_Slot){0, NULL};
}

#endif
