/* The stub: an extension module whose import makes the dynamic loader load libfoo from this package's directory.
 *
 * From then on every library or extension in the process that needs the same SONAME (install name, DLL name) gets this
 * one, wherever it was installed. That is all the stub is for; it also reports which file that turned out to be. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "library.h"
#include "module_slots.h"

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#elif !defined(__EMSCRIPTEN__)
#include <dlfcn.h>
#include <stdlib.h>
#endif

/* The file that the library's functions come from. Another copy that was loaded first serves the whole process. */
static PyObject *loaded_library(PyObject *module, PyObject *unused) {
    (void)module;
    (void)unused;
#if defined(_WIN32)
    wchar_t path[32768]; /* the longest path there is */
    /* By its name: the address that a compiler gives to a function not declared dllimport is one in the stub itself. */
    HMODULE library = GetModuleHandleA(LIBRARY);
    if (library != NULL) {
        DWORD length = GetModuleFileNameW(library, path, 32768);
        if (length != 0) {
            return PyUnicode_FromWideChar(path, (Py_ssize_t)length);
        }
    }
    return PyErr_SetFromWindowsErr(0);
#elif defined(__EMSCRIPTEN__)
    /* There dladdr() does not know. But what is loaded is what a search by name found, and __init__.py lets each search
     * begin in this package. */
    PyObject *path = NULL;
    PyObject *file = PyModule_GetFilenameObject(module);
    PyObject *parts = file != NULL ? PyObject_CallMethod(file, "rpartition", "s", "/") : NULL;
    if (parts != NULL) {
        path = PyUnicode_FromFormat("%U/" LIBRARY, PyTuple_GetItem(parts, 0));
    }
    Py_XDECREF(parts);
    Py_XDECREF(file);
    return path;
#else
    Dl_info info;
    if (dladdr((void *)&LIBRARY_FUNCTION, &info) == 0) {
        PyErr_SetString(PyExc_OSError, "dladdr() does not know where libfoo was loaded from");
        return NULL;
    }
    /* As loaded, the name may be relative (LD_LIBRARY_PATH) or a symbolic link (an editable install's build folder). */
    char *path = realpath(info.dli_fname, NULL);
    PyObject *result = PyUnicode_DecodeFSDefault(path != NULL ? path : info.dli_fname);
    free(path);
    return result;
#endif
}

/* Refuse an older library than this wheel's: code built against the wheel may need what it lacks. */
static int check_version(PyObject *module) {
    if (LIBRARY_FITS) {
        return 0;
    }
    PyObject *path = loaded_library(module, NULL);
    if (path == NULL) {
        return -1;
    }
    PyObject *name = PyUnicode_FromString("libfoo");
    PyObject *message = PyUnicode_FromFormat(
        "the wheel libfoo " WHEEL_VERSION " needs libfoo " LIBRARY_NEEDED ", but this process runs libfoo %s from %U, "
        "which was found first. Update or remove that file, or import libfoo before what loads it.",
        LIBRARY_VERSION, path);
    if (name != NULL && message != NULL) {
        PyErr_SetImportError(message, name, path);
    }
    Py_XDECREF(message);
    Py_XDECREF(name);
    Py_DECREF(path);
    return -1;
}

static int execute(PyObject *module) {
    if (check_version(module) < 0) {
        return -1;
    }
    if (PyModule_AddStringConstant(module, "__version__", WHEEL_VERSION) < 0 ||
        PyModule_AddStringConstant(module, "library", LIBRARY) < 0 ||
        PyModule_AddStringConstant(module, "link_file", LINK_FILE) < 0) {
        return -1;
    }
    return 0;
}

static PyObject *library_version(PyObject *module, PyObject *unused) {
    (void)module;
    (void)unused;
    return PyUnicode_FromString(LIBRARY_VERSION);
}

static PyMethodDef methods[] = {
    {"library_version", library_version, METH_NOARGS,
     PyDoc_STR("library_version($module)\n--\n\nThe version the loaded library gives itself.")},
    {"loaded_library", loaded_library, METH_NOARGS,
     PyDoc_STR("loaded_library($module)\n--\n\nThe file the loaded library came from.")},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[MODULE_SLOTS_MAX];

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "libfoo._init",
    .m_doc = PyDoc_STR("Loads libfoo."),
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__init(void) {
    fill_module_slots(slots, execute);
    return PyModuleDef_Init(&definition);
}
