#include "foo.h"

#include "check.h"

/* Test vectors of the hash's authors, from their test_fnv.c. */
int main(void) {
    CHECK(foo_hash("", 0) == UINT64_C(0xcbf29ce484222325));
    CHECK(foo_hash("a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
    CHECK(foo_hash("chongo was here!\n", 17) == UINT64_C(0x46810940eff5f915));
    return 0;
}
