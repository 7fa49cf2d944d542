/* What the stub is told of the two libraries. */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <stdio.h>

#include "bar_version.h"
#include "stub.h"

static const char *as_text(uint32_t version) {
    static char text[sizeof("255.255.255")];
    snprintf(text, sizeof(text), "%d.%d.%d", (int)(version >> 16 & 0xFF), (int)(version >> 8 & 0xFF),
             (int)(version & 0xFF));
    return text;
}

static int fits(uint32_t running) {
    return running >= BAR_VERSION_NUMBER && running < BAR_VERSION_ENCODE(BAR_VERSION_MAJOR + 1, 0, 0);
}

/* As in libfoo-wheel, which says why these are functions. */
static void *address_in_bar(void) { return (void *)&bar_version_number; }

static const char *version_of_bar(void) { return as_text(bar_version_number()); }

static int bar_fits(void) { return fits(bar_version_number()); }

static void *address_in_barutil(void) { return (void *)&barutil_version_number; }

static const char *version_of_barutil(void) { return as_text(barutil_version_number()); }

static int barutil_fits(void) { return fits(barutil_version_number()); }

static const struct library libraries[] = {
    {
        .name = "bar",
        .file = BAR_LIBRARY,
        .link_file = BAR_LINK_FILE,
        .address = address_in_bar,
        .version = version_of_bar,
        .fits = bar_fits,
        .needed = BAR_VERSION_STRING " or a later 2.x",
    },
    {
        .name = "barutil",
        .file = BARUTIL_LIBRARY,
        .link_file = BARUTIL_LINK_FILE,
        .address = address_in_barutil,
        .version = version_of_barutil,
        .fits = barutil_fits,
        .needed = BAR_VERSION_STRING " or a later 2.x",
    },
};

#endif
