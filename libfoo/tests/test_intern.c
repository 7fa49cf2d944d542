#include "foo.h"

#include "check.h"

#include <string.h>

int main(void) {
    CHECK(foo_count() == 0);
    CHECK(foo_name(1) == NULL);

    char copy[] = "alpha";
    uint32_t alpha = foo_intern("alpha");
    CHECK(alpha == 1);
    CHECK(foo_intern(copy) == alpha);
    CHECK(foo_intern("beta") == 2);
    CHECK(foo_intern("") == 3);
    CHECK(foo_count() == 3);

    CHECK(strcmp(foo_name(alpha), "alpha") == 0);
    CHECK(foo_name(alpha) != copy);
    CHECK(foo_name(0) == NULL);
    CHECK(foo_name(4) == NULL);
    CHECK(foo_intern(NULL) == 0);

    /* Names keep their place while the table grows under them. */
    const char *name = foo_name(alpha);
    for (int i = 0; i < 100000; i++) {
        char number[16];
        snprintf(number, sizeof number, "%d", i);
        CHECK(foo_intern(number) == (uint32_t)i + 4);
    }
    CHECK(foo_name(alpha) == name);
    CHECK(foo_intern("99999") == 100003);
    CHECK(foo_count() == 100003);
    return 0;
}
