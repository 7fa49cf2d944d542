#include "foo.h"

const char *foo_version(void) { return FOO_VERSION_STRING; }

uint32_t foo_version_number(void) { return FOO_VERSION_NUMBER; }
