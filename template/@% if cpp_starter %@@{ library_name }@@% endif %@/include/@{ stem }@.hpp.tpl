/* The interface of @{ library_name }@. */
#ifndef @{ macro }@_HPP
#define @{ macro }@_HPP

#include "@{ stem }@_version.h"

/* The library is compiled with hidden visibility; @{ macro }@_API marks what it exports. */
#if defined(_WIN32) || defined(__CYGWIN__)
#if defined(@{ macro }@_BUILDING)
#define @{ macro }@_API __declspec(dllexport)
#else
#define @{ macro }@_API __declspec(dllimport)
#endif
#else
#define @{ macro }@_API __attribute__((visibility("default")))
#endif

namespace @{ stem }@ {

/* Version of the library that is running, which may be newer than the header a caller was compiled with. */
@{ macro }@_API const char *version() noexcept;

} // namespace @{ stem }@

#endif
