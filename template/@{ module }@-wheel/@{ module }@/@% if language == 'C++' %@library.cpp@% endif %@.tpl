@% for header in includes -%@
#include <@{ header }@>
@% endfor %@
extern "C" {

void *address_in_@{ stem }@() { return reinterpret_cast<void *>(&@{ function }@); }
@%- for other in other_libraries %@

void *address_in_@{ other.link_name | regex_replace('[^A-Za-z0-9]', '_') | lower }@() { return reinterpret_cast<void *>(&@{ other.function }@); }
@%- endfor %@
@%- if version_function %@

const char *version_of_@{ stem }@() { return @{ version_function }@(); }
@%- endif %@
@%- if version_number_function %@

int @{ stem }@_fits() { return @{ version_number_function }@() >= @{ version_macro }@; }
@%- endif %@
}
