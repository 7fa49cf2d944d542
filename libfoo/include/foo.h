/* libfoo: one table of interned strings for the whole process, and a hash. Any thread may call any function. */
#ifndef FOO_H
#define FOO_H

#include <stddef.h>
#include <stdint.h>

#include "foo_version.h"

/* The library is compiled with hidden visibility; FOO_API marks what it exports. On Windows, callers must also declare
 * a function as imported: without dllimport, its address is that of a thunk inside the caller's own module. */
#if defined(_WIN32) || defined(__CYGWIN__)
#if defined(FOO_BUILDING)
#define FOO_API __declspec(dllexport)
#else
#define FOO_API __declspec(dllimport)
#endif
#else
#define FOO_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Version of the library that is running, which may be newer than the header a caller was compiled with. Since 1.0. */
FOO_API const char *foo_version(void);
FOO_API uint32_t foo_version_number(void);

/* The id of `string` (NUL-terminated), the same for equal strings as long as the process lives. Ids count up from 1.
 * Returns 0 if `string` is NULL, memory runs out or all 2^32 - 1 ids are in use. Since 1.0. */
FOO_API uint32_t foo_intern(const char *string);

/* The string with this id, or NULL if no string has it. It belongs to libfoo and is never freed. Since 1.0. */
FOO_API const char *foo_name(uint32_t id);

/* How many strings are interned; the highest id. Since 1.0. */
FOO_API uint32_t foo_count(void);

/* FNV-1a, 64 bits, of `size` bytes. Not for untrusted keys: collisions are easy to construct. Since 1.1. */
FOO_API uint64_t foo_hash(const void *data, size_t size);

#ifdef __cplusplus
}
#endif

#endif
