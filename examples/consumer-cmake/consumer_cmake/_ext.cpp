#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cstdint>
#include <new>
#include <string>
#include <vector>

#include <bar.hpp>
#include <foo.h>

namespace nb = nanobind;

static std::uint32_t intern(const std::string &string) {
    if (string.find('\0') != std::string::npos) { // C would end the string there and intern another one
        throw nb::value_error("embedded null character");
    }
    std::uint32_t id = foo_intern(string.c_str());
    if (id == 0) {
        throw std::bad_alloc();
    }
    return id;
}

static std::string name(nb::int_ id) {
    std::uint64_t number = PyLong_AsUnsignedLongLong(id.ptr());
    if (PyErr_Occurred()) {
        throw nb::python_error();
    }
    const char *string = number <= UINT32_MAX ? foo_name(static_cast<std::uint32_t>(number)) : nullptr;
    if (string == nullptr) {
        PyErr_Format(PyExc_LookupError, "no interned string has the id %llu", static_cast<unsigned long long>(number));
        throw nb::python_error();
    }
    return string;
}

static std::uint64_t hash(nb::bytes data) { return foo_hash(data.c_str(), data.size()); }

static std::vector<std::uint32_t> words(const std::string &text) {
    std::vector<std::uint32_t> ids(text.size() / 2 + 1); // no text has more words
    ids.resize(bar::intern_words(text.data(), text.size(), ids.data(), ids.size()));
    return ids;
}

NB_MODULE(_ext, module) {
    // libbar, in another wheel, throws this; it is caught here by its type.
    nb::exception<bar::ParseError>(module, "ParseError", PyExc_ValueError);
    module.def("intern", intern, nb::arg().noconvert(), "The id of a string, the same throughout the process.");
    module.def("name", name, nb::arg(), "The string with this id; LookupError if there is none.");
    module.def("count", foo_count, "How many strings are interned.");
    module.def("hash", hash, nb::arg(), "FNV-1a, 64 bits, of bytes.");
    module.def("words", words, nb::arg(), "The ids of the words of a text; ParseError if it contains a NUL character.");
}
