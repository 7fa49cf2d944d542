#ifndef BAR_API_H
#define BAR_API_H

/* Both libraries are compiled with hidden visibility; these mark what each exports. On PE what is imported must be
 * declared so as well, and libbar imports from libbarutil. */
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
