#include "foo.h"

#include "check.h"

#ifdef _WIN32
#include <windows.h>
#define THREAD_RESULT DWORD WINAPI
typedef HANDLE thread;
#define START(t, f) CHECK((*(t) = CreateThread(NULL, 0, f, NULL, 0, NULL)) != NULL)
#define JOIN(t) CHECK(WaitForSingleObject(t, INFINITE) == WAIT_OBJECT_0)
#else
#include <pthread.h>
#define THREAD_RESULT void *
typedef pthread_t thread;
#define START(t, f) CHECK(pthread_create(t, NULL, f, NULL) == 0)
#define JOIN(t) CHECK(pthread_join(t, NULL) == 0)
#endif

enum {
    THREADS = 8,
    STRINGS = 10000,
};

static THREAD_RESULT intern_all(void *unused) {
    (void)unused;
    for (int i = 0; i < STRINGS; i++) {
        char number[16];
        snprintf(number, sizeof number, "%d", i);
        uint32_t id = foo_intern(number);
        CHECK(foo_intern(foo_name(id)) == id);
    }
    return 0;
}

/* Threads that intern the same strings at once agree on one id for each. */
int main(void) {
    thread threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        START(&threads[i], intern_all);
    }
    for (int i = 0; i < THREADS; i++) {
        JOIN(threads[i]);
    }
    CHECK(foo_count() == STRINGS);
    return 0;
}
