/* What library.h tells the stub of each library in this wheel. */
#ifndef STUB_H
#define STUB_H

struct library {
    /* What Python code calls it, and what is behind -l. */
    const char *name;
    /* Its file in this package, which is named by its SONAME (install name, DLL name), and the file to link to. */
    const char *file, *link_file;
    /* An address in it, by which the loader knows the file it comes from. */
    void *(*address)(void);
    /* What the running library calls its version, and whether it is one that will do; NULL where it can't be asked. */
    const char *(*version)(void);
    int (*fits)(void);
    /* Which those are. */
    const char *needed;
};

#endif
