/* The library's only lock. macOS lacks C11's <threads.h>, so each platform's own API is used. */
#ifndef FOO_LOCK_H
#define FOO_LOCK_H

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

static SRWLOCK table_lock = SRWLOCK_INIT;

static inline void lock_table(void) { AcquireSRWLockExclusive(&table_lock); }
static inline void unlock_table(void) { ReleaseSRWLockExclusive(&table_lock); }

#else
#include <pthread.h>

static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;

static inline void lock_table(void) { pthread_mutex_lock(&table_lock); }
static inline void unlock_table(void) { pthread_mutex_unlock(&table_lock); }

#endif
#endif
