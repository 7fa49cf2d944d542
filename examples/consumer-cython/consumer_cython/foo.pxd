"""libfoo's API, for Cython."""

from libc.stdint cimport uint32_t, uint64_t

cdef extern from "foo.h" nogil:
    const char *foo_version()
    uint32_t foo_version_number()
    uint32_t foo_intern(const char *string)
    const char *foo_name(uint32_t id)
    uint32_t foo_count()
    uint64_t foo_hash(const void *data, size_t size)
