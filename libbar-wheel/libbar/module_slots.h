/* Module slots that came after the stable ABI of 3.10: its headers don't name them, and 3.10 and 3.11 refuse a module
 * that has them. So they are chosen at run time, by the version of the interpreter that does the import. */
#ifndef MODULE_SLOTS_H
#define MODULE_SLOTS_H

#include <Python.h>

#include <string.h>

enum { MODULE_SLOTS_MAX = 4 };

/* Write to `slots`, which has MODULE_SLOTS_MAX elements: the function `execute` unless it is NULL; that the module may
 * be imported in subinterpreters with a GIL of their own (3.12); that it leaves the GIL of a free-threaded interpreter
 * off (3.13). The numbers are those of CPython's Include/moduleobject.h. */
static inline void fill_module_slots(PyModuleDef_Slot *slots, int (*execute)(PyObject *module)) {
    /* From "3.12.1 (main, ...": Py_Version exists only from 3.11 on. strchr() is a call into libc, by which auditwheel
     * tells glibc from musl; it gives up on an extension that calls only Python and libfoo. */
    int minor = 0;
    for (const char *digit = strchr(Py_GetVersion(), '.') + 1; *digit >= '0' && *digit <= '9'; digit++) {
        minor = 10 * minor + (*digit - '0');
    }
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
