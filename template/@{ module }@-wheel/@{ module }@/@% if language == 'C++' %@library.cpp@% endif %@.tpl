#include "library.h"
@% for header in includes %@
#include <@{ header }@>
@%- endfor %@

library_function *library_address() { return reinterpret_cast<library_function *>(&@{ function }@); }

const char *library_version() { return @{ version_function ~ '()' if version_function else '"unknown"' }@; }

int library_fits() { return @{ version_number_function ~ '() >= ' ~ version_macro if version_number_function else '1' }@; }
