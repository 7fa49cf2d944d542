@% from 'rendering/example.jinja' import example with context -%@
@% from 'rendering/expressions.jinja' import body, version_text -%@
@% set whole = example('libfoo-wheel/libfoo/_init.c') -%@
@{ whole.partition('#include "')[0] }@
@%- if language == 'C' -%@
@%- if 'version_text(' in version_expression -%@
#include <stdarg.h>
#include <stdio.h>

@% endif -%@
@%- for header in includes -%@
#include <@{ header }@>
@% endfor %@
@% endif -%@
#include "loaded_file.h"
#include "module_slots.h"
@% if language == 'C' -%@
@% if 'version_text(' in version_expression %@
@{ version_text() }@
@% endif -%@
@% if version_expression %@
static const char *version_of_@{ stem }@(void) @{ body(version_expression) }@
@% endif -%@
@% if recent_expression %@
static int @{ stem }@_is_recent(void) @{ body(recent_expression) }@
@% endif -%@
@% else %@
/* In library.cpp, which includes the library's headers, as C can't. */
@% for library in libraries -%@
void *address_in_@{ library.identifier }@(void);
@% endfor -%@
@% if version_expression -%@
const char *version_of_@{ stem }@(void);
@% endif -%@
@% if recent_expression -%@
int @{ stem }@_is_recent(void);
@% endif -%@
@% endif %@
@{ whole[whole.index('/* Record what'):whole.index('    PyObject *loaded')] }@    PyObject *loaded = Py_BuildValue(
        "{@{ 's:(Nzi)' * libraries | length }@}",
@%- for library in libraries %@
        "@{ library.name }@", loaded_file(module, @{ '(void *)&' ~ library.function if language == 'C' else 'address_in_' ~ library.identifier ~ '()' }@, @{ library.macro }@_LIBRARY), @{ 'version_of_' ~ stem ~ '()' if version_expression and loop.first else 'NULL' }@, @{ stem ~ '_is_recent()' if recent_expression and loop.first else '1' }@@{ ');' if loop.last else ',' }@
@%- endfor %@
@{ whole[whole.index('    int failed'):].rstrip() }@
