/* The stub: an extension module whose import makes the dynamic loader load libbar and libbarutil from this package's
 * directory. The stub of libfoo-wheel says why it is as it is; this one is for two libraries. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <string.h>

#include "bar_version.h"
#include "module_slots.h"

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#elif !defined(__EMSCRIPTEN__)
#include <dlfcn.h>
#include <stdlib.h>
#endif

typedef uint32_t version_function(void);

/* The file that a function of a library comes from. */
static PyObject *file_of(PyObject *module, const char *file_name, version_function *function) {
    (void)module;
    (void)file_name;
    (void)function;
#if defined(_WIN32)
    wchar_t path[32768]; /* the longest path there is */
    HMODULE library = GetModuleHandleA(file_name);
    if (library != NULL) {
        DWORD length = GetModuleFileNameW(library, path, 32768);
        if (length != 0) {
            return PyUnicode_FromWideChar(path, (Py_ssize_t)length);
        }
    }
    return PyErr_SetFromWindowsErr(0);
#elif defined(__EMSCRIPTEN__)
    /* As in libfoo's stub: dladdr() does not know, but it can only be the one in this package. */
    PyObject *path = NULL;
    PyObject *file = PyModule_GetFilenameObject(module);
    PyObject *parts = file != NULL ? PyObject_CallMethod(file, "rpartition", "s", "/") : NULL;
    if (parts != NULL) {
        path = PyUnicode_FromFormat("%U/%s", PyTuple_GetItem(parts, 0), file_name);
    }
    Py_XDECREF(parts);
    Py_XDECREF(file);
    return path;
#else
    Dl_info info;
    if (dladdr((void *)function, &info) == 0) {
        PyErr_SetString(PyExc_OSError, "dladdr() does not know where a function was loaded from");
        return NULL;
    }
    char *path = realpath(info.dli_fname, NULL);
    PyObject *result = PyUnicode_DecodeFSDefault(path != NULL ? path : info.dli_fname);
    free(path);
    return result;
#endif
}

static PyObject *loaded_library(PyObject *module, PyObject *args) {
    const char *name;
    if (!PyArg_ParseTuple(args, "s:loaded_library", &name)) {
        return NULL;
    }
    if (strcmp(name, "bar") == 0) {
        return file_of(module, BAR_LIBRARY, bar_version_number);
    }
    return file_of(module, BARUTIL_LIBRARY, barutil_version_number);
}

/* Refuse an older library than this wheel's: code built against the wheel may need what it lacks. */
static int check_version(PyObject *module, const char *file_name, version_function *function) {
    uint32_t running = function();
    if (running >= BAR_VERSION_NUMBER && running < BAR_VERSION_ENCODE(BAR_VERSION_MAJOR + 1, 0, 0)) {
        return 0;
    }
    PyObject *path = file_of(module, file_name, function);
    if (path == NULL) {
        return -1;
    }
    PyObject *name = PyUnicode_FromString("libbar");
    PyObject *message = PyUnicode_FromFormat(
        "the wheel libbar " WHEEL_VERSION " needs version " BAR_VERSION_STRING " or a later %d.x of its libraries, but "
        "this process runs version %d.%d.%d of %U, which was found first. Update or remove that file, or import libbar "
        "before what loads it.",
        BAR_VERSION_MAJOR, (int)(running >> 16), (int)(running >> 8 & 0xFF), (int)(running & 0xFF), path);
    if (name != NULL && message != NULL) {
        PyErr_SetImportError(message, name, path);
    }
    Py_XDECREF(message);
    Py_XDECREF(name);
    Py_DECREF(path);
    return -1;
}

/* Add a dict with a file's name for each library. */
static int add_names(PyObject *module, const char *attribute, const char *bar, const char *barutil) {
    PyObject *names = Py_BuildValue("{ssss}", "bar", bar, "barutil", barutil);
    if (names == NULL) {
        return -1;
    }
    int failed = PyModule_AddObjectRef(module, attribute, names);
    Py_DECREF(names);
    return failed;
}

static int execute(PyObject *module) {
    if (check_version(module, BARUTIL_LIBRARY, barutil_version_number) < 0 ||
        check_version(module, BAR_LIBRARY, bar_version_number) < 0) {
        return -1;
    }
    if (add_names(module, "libraries", BAR_LIBRARY, BARUTIL_LIBRARY) < 0 ||
        add_names(module, "link_files", BAR_LINK_FILE, BARUTIL_LINK_FILE) < 0) {
        return -1;
    }
    return PyModule_AddStringConstant(module, "__version__", WHEEL_VERSION);
}

static PyMethodDef methods[] = {
    {"loaded_library", loaded_library, METH_VARARGS,
     PyDoc_STR("loaded_library($module, name, /)\n--\n\nThe file a loaded library came from.")},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[MODULE_SLOTS_MAX];

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "libbar._init",
    .m_doc = PyDoc_STR("Loads libbar and libbarutil."),
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__init(void) {
    fill_module_slots(slots, execute);
    return PyModuleDef_Init(&definition);
}
