#include "foo.h"

/* FNV-1a with its published 64-bit parameters: IETF draft-eastlake-fnv. */
uint64_t foo_hash(const void *data, size_t size) {
    const unsigned char *byte = data;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++) {
        hash ^= byte[i];
        hash *= UINT64_C(0x100000001b3);
    }
    return hash;
}
