@% from 'rendering/expressions.jinja' import body, version_text -%@
/* What the stub is told of the @{ 'libraries' if other_libraries else 'library' }@, and all in it that is not the same for another one. */
#ifndef LIBRARY_H
#define LIBRARY_H
@% if language == 'C' %@
@%- if 'version_text(' in version_expression %@
#include <stdarg.h>
#include <stdio.h>
@% endif %@
@%- for header in includes %@
#include <@{ header }@>
@%- endfor %@

#include "stub.h"

/* Functions of its own, as on Windows no constant may have the address of an imported one. */
@%- for library in libraries %@
@{ '' if loop.first else '\n' }@static void *address_in_@{ library.identifier }@(void) { return (void *)&@{ library.function }@; }
@%- endfor %@
@%- if 'version_text(' in version_expression %@

@{ version_text() }@
@%- endif %@
@%- if version_expression %@

static const char *version_of_@{ stem }@(void) @{ body(version_expression) }@
@%- endif %@
@%- if recent_expression %@

static int @{ stem }@_fits(void) @{ body(recent_expression) }@
@%- endif %@
@% else %@
#include "stub.h"

/* In library.cpp, which includes the library's headers, as C can't. */
@%- for library in libraries %@
void *address_in_@{ library.identifier }@(void);
@%- endfor %@
@%- if version_expression %@
const char *version_of_@{ stem }@(void);
@%- endif %@
@%- if recent_expression %@
int @{ stem }@_fits(void);
@%- endif %@
@% endif %@
static const struct library libraries[] = {
    {
        .name = "@{ stem }@",
        .file = @{ macro }@_LIBRARY,
        .link_file = @{ macro }@_LINK_FILE,
        .address = address_in_@{ stem }@,
@%- if version_expression %@
        .version = version_of_@{ stem }@,
@%- endif %@
@%- if recent_expression %@
        .fits = @{ stem }@_fits,
        .needed = "of that version or a later one",
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
