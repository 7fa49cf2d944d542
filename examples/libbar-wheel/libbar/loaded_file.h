/* Return the file that a library was loaded from: a new reference to a str, or NULL with an exception. */
#ifndef LOADED_FILE_H
#define LOADED_FILE_H

#include <Python.h>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

/* Look up the DLL by name: unless a function is declared dllimport, its address is that of a thunk in the stub. */
static PyObject *loaded_file(PyObject *module, void *address, const char *name) {
    void *volatile used = address; /* keeps the link to the library, even if the stub calls nothing in it */
    (void)module, (void)used;
    wchar_t path[32768]; /* the longest path that Windows allows */
    HMODULE handle = GetModuleHandleA(name);
    DWORD length = handle != NULL ? GetModuleFileNameW(handle, path, 32768) : 0;
    return length != 0 ? PyUnicode_FromWideChar(path, (Py_ssize_t)length) : PyErr_SetFromWindowsErr(0);
}

#elif defined(__EMSCRIPTEN__)
/* dladdr() can't say, but __init__.py makes every search begin in this package. */
static PyObject *loaded_file(PyObject *module, void *address, const char *name) {
    void *volatile used = address; /* as for Windows */
    (void)used;
    PyObject *stub = PyModule_GetFilenameObject(module);
    PyObject *parts = stub != NULL ? PyObject_CallMethod(stub, "rpartition", "s", "/") : NULL;
    PyObject *path = parts != NULL ? PyUnicode_FromFormat("%U/%s", PyTuple_GetItem(parts, 0), name) : NULL;
    Py_XDECREF(parts);
    Py_XDECREF(stub);
    return path;
}

#else
#include <dlfcn.h>
#include <stdlib.h>

static PyObject *loaded_file(PyObject *module, void *address, const char *name) {
    (void)module;
    Dl_info info;
    if (dladdr(address, &info) == 0) {
        return PyErr_Format(PyExc_OSError, "dladdr() does not know where %s was loaded from", name);
    }
    /* The loader's path may be relative (from LD_LIBRARY_PATH), or contain a symlink that changes later. */
    char *path = realpath(info.dli_fname, NULL);
    PyObject *result = PyUnicode_DecodeFSDefault(path != NULL ? path : info.dli_fname);
    free(path);
    return result;
}
#endif
#endif
