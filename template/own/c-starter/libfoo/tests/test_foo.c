#include "foo.h"

#include <stdio.h>
#include <string.h>

/* assert() would do nothing in a release build. */
#define CHECK(condition) \
    if (!(condition)) { \
        fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
        return 1; \
    }

int main(void) {
    CHECK(strcmp(foo_version(), FOO_VERSION_STRING) == 0);
    CHECK(foo_last_id() == 0);
    CHECK(foo_next_id() == 1);
    CHECK(foo_next_id() == 2);
    CHECK(foo_last_id() == 2);
    return 0;
}
