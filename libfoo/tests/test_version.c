#include "foo.h"

#include "check.h"

#include <string.h>

int main(void) {
    CHECK(strcmp(foo_version(), FOO_VERSION_STRING) == 0);
    CHECK(foo_version_number() == FOO_VERSION_NUMBER);
    CHECK(FOO_VERSION_ENCODE(1, 2, 3) == 0x010203);
    return 0;
}
