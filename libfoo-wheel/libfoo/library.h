/* What the stub is told of the library, and all in it that is not the same for another one.
 *
 * Only functions of the first symbol version, LIBFOO_1.0, may be called here. With a newer one the loader itself would
 * refuse an older library, before the stub could say which file it is. */
#ifndef LIBRARY_H
#define LIBRARY_H

#include "foo.h"

#include "stub.h"

/* Functions of its own, as on Windows no constant may have the address of an imported one. */
static void *address_in_foo(void) { return (void *)&foo_version; }

static const char *version_of_foo(void) { return foo_version(); }

static int foo_fits(void) {
    uint32_t running = foo_version_number();
    return running >= FOO_VERSION_NUMBER && running < FOO_VERSION_ENCODE(FOO_VERSION_MAJOR + 1, 0, 0);
}

static const struct library libraries[] = {
    {
        .name = "foo",
        .file = FOO_LIBRARY,
        .link_file = FOO_LINK_FILE,
        .address = address_in_foo,
        .version = version_of_foo,
        .fits = foo_fits,
        .needed = FOO_VERSION_STRING " or a later 1.x",
    },
};

#endif
