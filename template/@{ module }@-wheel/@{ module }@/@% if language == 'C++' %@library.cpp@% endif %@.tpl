@% for header in includes -%@
#include <@{ header }@>
@% endfor %@
extern "C" {

@%- for library in libraries %@

void *address_in_@{ library.identifier }@() { return reinterpret_cast<void *>(&@{ library.function }@); }
@%- endfor %@
@%- if version_function %@

const char *version_of_@{ stem }@() { return @{ version_function }@(); }
@%- endif %@
@%- if version_number_function %@

int @{ stem }@_fits() { return @{ version_number_function }@() >= @{ version_macro }@; }
@%- endif %@
}
