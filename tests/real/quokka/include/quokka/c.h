#ifndef QUOKKA_C_H
#define QUOKKA_C_H

#ifdef __cplusplus
extern "C" {
#endif

/* The same count, for C. For a log in /tmp/quokka.log, see the manual. */
unsigned long quokka_count(void);

#ifdef __cplusplus
}
#endif

#endif
