/* What the stub asks of the library, and all in it that is not the same for another one.
 *
 * Only functions of the first symbol version, LIBFOO_1.0, may be called here. With a newer one the loader itself would
 * refuse an older library, before the stub could say which file it is. */
#ifndef LIBRARY_H
#define LIBRARY_H

#include "foo.h"

/* By whose address the library's file is found. */
#define LIBRARY_FUNCTION foo_version

/* What the running library calls its version, and whether it is one that the headers' will do with. */
#define LIBRARY_VERSION foo_version()
#define LIBRARY_FITS \
    (foo_version_number() >= FOO_VERSION_NUMBER && \
     foo_version_number() < FOO_VERSION_ENCODE(FOO_VERSION_MAJOR + 1, 0, 0))

/* Which those are. */
#define LIBRARY_NEEDED FOO_VERSION_STRING " or a later 1.x"

#endif
