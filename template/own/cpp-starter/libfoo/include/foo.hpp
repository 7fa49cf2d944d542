/* The interface of libfoo. Any thread may call any function. */
#ifndef FOO_HPP
#define FOO_HPP

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

namespace foo {

/* Version of the library that is running, which may be newer than the header a caller was compiled with. */
FOO_API const char *version() noexcept;

/* An id that nobody else in this process has: 1, then 2 and so on. */
FOO_API long next_id() noexcept;

/* The last of these ids; 0 if there is none yet. */
FOO_API long last_id() noexcept;

} // namespace foo

#endif
