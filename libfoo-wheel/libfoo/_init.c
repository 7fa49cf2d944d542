/* The stub: an extension module whose import makes the dynamic loader load libfoo from this package's directory.
 *
 * From then on every library or extension in the process that needs the same SONAME (install name, DLL name) gets this
 * one, wherever it was installed. That is all the stub is for; it also reports which file that turned out to be. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <string.h>

#include "library.h"
#include "module_slots.h"

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#elif !defined(__EMSCRIPTEN__)
#include <dlfcn.h>
#include <stdlib.h>
#endif

enum { COUNT = sizeof(libraries) / sizeof(libraries[0]) };

/* The file that a library's functions come from. Another copy that was loaded first serves the whole process. */
static PyObject *file_of(PyObject *module, const struct library *library) {
    (void)module;
#if defined(_WIN32)
    wchar_t path[32768]; /* the longest path there is */
    /* Or a stub that asks the library nothing else would not be linked to it. */
    void *volatile address = library->address();
    (void)address;
    /* By its name: the address that a compiler gives to a function not declared dllimport is one in the stub itself. */
    HMODULE handle = GetModuleHandleA(library->file);
    if (handle != NULL) {
        DWORD length = GetModuleFileNameW(handle, path, 32768);
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
        path = PyUnicode_FromFormat("%U/%s", PyTuple_GetItem(parts, 0), library->file);
    }
    Py_XDECREF(parts);
    Py_XDECREF(file);
    return path;
#else
    Dl_info info;
    if (dladdr(library->address(), &info) == 0) {
        return PyErr_Format(PyExc_OSError, "dladdr() does not know where %s was loaded from", library->file);
    }
    /* As loaded, the name may be relative (LD_LIBRARY_PATH) or a symbolic link (an editable install's build folder). */
    char *path = realpath(info.dli_fname, NULL);
    PyObject *result = PyUnicode_DecodeFSDefault(path != NULL ? path : info.dli_fname);
    free(path);
    return result;
#endif
}

static const char *version_of(const struct library *library) {
    return library->version != NULL ? library->version() : "unknown";
}

/* Refuse an older library than this wheel's: code built against the wheel may need what it lacks. */
static int check_version(PyObject *module, const struct library *library) {
    if (library->fits == NULL || library->fits()) {
        return 0;
    }
    PyObject *path = file_of(module, library);
    if (path == NULL) {
        return -1;
    }
    PyObject *name = PyUnicode_FromString("libfoo");
    PyObject *message = PyUnicode_FromFormat(
        "the wheel libfoo " WHEEL_VERSION " needs lib%s %s, but this process runs lib%s %s from %U, which was found "
        "first. Update or remove that file, or import libfoo before what loads it.",
        library->name, library->needed, library->name, version_of(library), path);
    if (name != NULL && message != NULL) {
        PyErr_SetImportError(message, name, path);
    }
    Py_XDECREF(message);
    Py_XDECREF(name);
    Py_DECREF(path);
    return -1;
}

/* Add a dict of each library's file and the file to link to, by its name. */
static int add_libraries(PyObject *module) {
    PyObject *files = PyDict_New();
    int failed = files == NULL;
    for (int i = 0; i < COUNT && !failed; i++) {
        PyObject *pair = Py_BuildValue("ss", libraries[i].file, libraries[i].link_file);
        failed = pair == NULL || PyDict_SetItemString(files, libraries[i].name, pair) < 0;
        Py_XDECREF(pair);
    }
    failed = failed || PyModule_AddObjectRef(module, "libraries", files) < 0;
    Py_XDECREF(files);
    return failed ? -1 : 0;
}

static int execute(PyObject *module) {
    for (int i = 0; i < COUNT; i++) {
        if (check_version(module, &libraries[i]) < 0) {
            return -1;
        }
    }
    if (add_libraries(module) < 0) {
        return -1;
    }
    return PyModule_AddStringConstant(module, "__version__", WHEEL_VERSION);
}

/* The library that Python code asks for by its name. */
static const struct library *named(PyObject *argument) {
    const char *name = PyUnicode_AsUTF8AndSize(argument, NULL);
    for (int i = 0; i < COUNT && name != NULL; i++) {
        if (strcmp(libraries[i].name, name) == 0) {
            return &libraries[i];
        }
    }
    if (name != NULL) {
        PyErr_Format(PyExc_ValueError, "libfoo has no library %s", name);
    }
    return NULL;
}

static PyObject *library_version(PyObject *module, PyObject *name) {
    (void)module;
    const struct library *library = named(name);
    return library != NULL ? PyUnicode_FromString(version_of(library)) : NULL;
}

static PyObject *loaded_library(PyObject *module, PyObject *name) {
    const struct library *library = named(name);
    return library != NULL ? file_of(module, library) : NULL;
}

static PyMethodDef methods[] = {
    {"library_version", library_version, METH_O,
     PyDoc_STR("library_version($module, name, /)\n--\n\nThe version a loaded library gives itself.")},
    {"loaded_library", loaded_library, METH_O,
     PyDoc_STR("loaded_library($module, name, /)\n--\n\nThe file a loaded library came from.")},
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
