#include "foo.h"

static long last_id;

/* MSVC has no <stdatomic.h> unless it is told to. */
#ifdef _MSC_VER
#include <intrin.h>
#define ADD(number) (_InterlockedExchangeAdd(&last_id, number) + (number))
#else
#define ADD(number) __atomic_add_fetch(&last_id, number, __ATOMIC_RELAXED)
#endif

const char *foo_version(void) { return FOO_VERSION_STRING; }

long foo_next_id(void) { return ADD(1); }

long foo_last_id(void) { return ADD(0); }
