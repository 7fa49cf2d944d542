@% from 'rendering/expressions.jinja' import body, version_text -%@
@% for header in includes -%@
#include <@{ header }@>
@% endfor -%@
@% if 'version_text(' in version_expression %@
#include <cstdarg>
#include <cstdio>
#include <string>
@% elif version_expression %@
#include <string>
@% endif -%@
@% if 'version_text(' in version_expression %@
@{ version_text('std::') }@
@% endif %@
extern "C" {

@%- for library in libraries %@

void *address_in_@{ library.identifier }@() { return reinterpret_cast<void *>(&@{ library.function }@); }
@%- endfor %@
@%- if version_expression %@

const char *version_of_@{ stem }@() {
    static const std::string text([] @{ body(version_expression, '        ') }@());
    return text.c_str();
}
@%- endif %@
@%- if recent_expression %@

int @{ stem }@_is_recent() @{ body(recent_expression) }@
@%- endif %@
}
