#include "library.h"
@% for header in includes %@
#include <@{ header }@>
@%- endfor %@

library_function *function_of_library() { return reinterpret_cast<library_function *>(&@{ function }@); }

const char *version_of_library() { return @{ version_function ~ '()' if version_function else '"unknown"' }@; }

int library_fits() { return @{ version_number_function ~ '() >= ' ~ version_macro if version_number_function else '1' }@; }
