#ifndef BAR_API_H
#define BAR_API_H

/* Both libraries are compiled with hidden visibility; these macros mark what each exports. On Windows, callers must
 * also declare what they import, and libbar imports from libbarutil. */
#if defined(_WIN32) || defined(__CYGWIN__)
#ifdef BAR_BUILDING
#define BAR_API __declspec(dllexport)
#else
#define BAR_API __declspec(dllimport)
#endif
#ifdef BARUTIL_BUILDING
#define BARUTIL_API __declspec(dllexport)
#else
#define BARUTIL_API __declspec(dllimport)
#endif
#else
#define BAR_API __attribute__((visibility("default")))
#define BARUTIL_API __attribute__((visibility("default")))
#endif

#endif
