# cython: language_level=3, subinterpreters_compatible=own_gil, freethreading_compatible=True
# A module for the stable ABI of 3.10 can't declare the last two; one for a free-threaded CPython does.

from libc.stdint cimport uint32_t, uint64_t

from consumer_cython.foo cimport foo_count, foo_hash, foo_intern, foo_name


def intern(str string not None, /):
    """The id of a string, the same throughout the process."""
    cdef bytes encoded = string.encode()
    if b"\0" in encoded:  # C would end the string there and intern another one
        raise ValueError("embedded null character")
    cdef uint32_t id = foo_intern(encoded)
    if id == 0:
        raise MemoryError
    return id


def name(id, /):
    """The string with this id; LookupError if there is none."""
    if id < 0:
        raise OverflowError("can't convert negative value to unsigned int")
    cdef const char *string = foo_name(id) if id <= 0xFFFFFFFF else NULL
    if string is NULL:
        raise LookupError(f"no interned string has the id {id}")
    return string.decode()


def count():
    """How many strings are interned."""
    return foo_count()


def hash(bytes data not None, /):
    """FNV-1a, 64 bits, of bytes."""
    cdef const char *start = data
    cdef size_t size = len(data)
    cdef uint64_t result
    with nogil:
        result = foo_hash(start, size)
    return result
