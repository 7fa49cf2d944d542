#include "foo.hpp"

#include <cstdio>
#include <cstring>

/* assert() would do nothing in a release build. */
#define CHECK(condition) \
    if (!(condition)) { \
        std::fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
        return 1; \
    }

int main() {
    CHECK(std::strcmp(foo::version(), FOO_VERSION_STRING) == 0);
    CHECK(foo::last_id() == 0);
    CHECK(foo::next_id() == 1);
    CHECK(foo::next_id() == 2);
    CHECK(foo::last_id() == 2);
    return 0;
}
