#include "check.h"
#include "foo.h"

/* Test vectors from IETF draft-eastlake-fnv, appendix C. */
int main(void) {
    CHECK(foo_hash("", 0) == UINT64_C(0xcbf29ce484222325));
    CHECK(foo_hash("a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
    CHECK(foo_hash("foobar", 6) == UINT64_C(0x85944171f73967e8));
    return 0;
}
