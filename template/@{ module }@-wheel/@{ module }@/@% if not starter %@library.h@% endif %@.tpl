/* What the stub is told of the @{ 'libraries' if other_libraries else 'library' }@, and all in it that is not the same for another one. */
#ifndef LIBRARY_H
#define LIBRARY_H
@% if language == 'C' %@
@%- for header in includes %@
#include <@{ header }@>
@%- endfor %@

#include "stub.h"

/* Functions of its own, as on Windows no constant may have the address of an imported one. */
@%- for library in libraries %@
@{ '' if loop.first else '\n' }@static void *address_in_@{ library.identifier }@(void) { return (void *)&@{ library.function }@; }
@%- endfor %@
@%- if version_function %@

static const char *version_of_@{ stem }@(void) { return @{ version_function }@(); }
@%- endif %@
@%- if version_number_function %@

static int @{ stem }@_fits(void) { return @{ version_number_function }@() >= @{ version_macro }@; }
@%- endif %@
@% else %@
#include "stub.h"

/* In library.cpp, which includes the library's headers, as C can't. */
@%- for library in libraries %@
void *address_in_@{ library.identifier }@(void);
@%- endfor %@
@%- if version_function %@
const char *version_of_@{ stem }@(void);
@%- endif %@
@%- if version_number_function %@
int @{ stem }@_fits(void);
@%- endif %@
@% endif %@
static const struct library libraries[] = {
    {
        .name = "@{ stem }@",
        .file = @{ macro }@_LIBRARY,
        .link_file = @{ macro }@_LINK_FILE,
        .address = address_in_@{ stem }@,
@%- if version_function %@
        .version = version_of_@{ stem }@,
@%- endif %@
@%- if version_number_function %@
        .fits = @{ stem }@_fits,
        .needed = "@{ version }@ or a later one in @{ compatible }@",
@%- endif %@
    },
@%- for library in libraries[1:] %@
    {
        .name = "@{ library.name }@",
        .file = @{ library.macro }@_LIBRARY,
        .link_file = @{ library.macro }@_LINK_FILE,
        .address = address_in_@{ library.identifier }@,
    },
@%- endfor %@
};

#endif
