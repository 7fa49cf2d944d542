/* Whether a call of the library returns what it should. */
#ifndef SMOKE_TEST_H
#define SMOKE_TEST_H

#ifdef __cplusplus
extern "C" {
#endif

int smoke_test(void);

#ifdef __cplusplus
}
#endif

#endif
