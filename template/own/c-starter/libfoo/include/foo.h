/* The interface of libfoo. Any thread may call any function. */
#ifndef FOO_H
#define FOO_H

#include "foo_version.h"

/* The library is compiled with hidden visibility; FOO_API marks what it exports. */
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

/* Version of the library that is running, which may be newer than the header a caller was compiled with. */
FOO_API const char *foo_version(void);

/* An id that nobody else in this process has: 1, then 2 and so on. */
FOO_API long foo_next_id(void);

/* The last of these ids; 0 if there is none yet. */
FOO_API long foo_last_id(void);

#ifdef __cplusplus
}
#endif

#endif
