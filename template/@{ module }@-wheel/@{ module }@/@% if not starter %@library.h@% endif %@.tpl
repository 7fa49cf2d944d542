/* What the stub asks of the library, and all in it that is not the same for another one. */
#ifndef LIBRARY_H
#define LIBRARY_H
@% if language == 'C' %@
@%- for header in includes %@
#include <@{ header }@>
@%- endfor %@

/* By whose address the library's file is found. */
#define LIBRARY_FUNCTION @{ function }@

/* What the running library calls its version, and whether it is one that the headers' will do with. */
#define LIBRARY_VERSION @{ version_function ~ '()' if version_function else '"unknown"' }@
#define LIBRARY_FITS @{ '(' ~ version_number_function ~ '() >= ' ~ version_macro ~ ')' if version_number_function else '1' }@
@% else %@
#ifdef __cplusplus
extern "C" {
#endif

/* Of library.cpp, which includes the library's headers, as C can't. */
typedef void library_function(void);
library_function *function_of_library(void);
const char *version_of_library(void);
int library_fits(void);

#ifdef __cplusplus
}
#endif

/* By whose address the library's file is found. */
#define LIBRARY_FUNCTION (*function_of_library())

/* What the running library calls its version, and whether it is one that the headers' will do with. */
#define LIBRARY_VERSION version_of_library()
#define LIBRARY_FITS library_fits()
@% endif %@
/* Which those are. */
#define LIBRARY_NEEDED "@{ version }@ or a later one in @{ compatible }@"

#endif
