#include "foo.h"

#include "lock.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* names[id - 1] is the string with that id. slots is a hash table of ids with open addressing: 0 marks a free slot, the
 * size is a power of two and at least twice the number of ids, so that every probe ends at a free slot. */
static struct {
    char **names;
    uint32_t *slots;
    size_t slot_count;
    uint32_t count;
} table;

static uint32_t *find_slot(uint32_t *slots, size_t slot_count, const char *string) {
    size_t mask = slot_count - 1;
    size_t i = (size_t)foo_hash(string, strlen(string)) & mask;
    while (slots[i] != 0 && strcmp(table.names[slots[i] - 1], string) != 0) {
        i = (i + 1) & mask;
    }
    return &slots[i];
}

/* Make room for one more id. If memory is short the table stays as it was. */
static bool grow(void) {
    size_t capacity = table.slot_count / 2;
    if (table.count < capacity) {
        return true;
    }
    size_t new_capacity = capacity == 0 ? 64 : 2 * capacity;
    char **names = realloc(table.names, new_capacity * sizeof *names);
    if (names == NULL) {
        return false;
    }
    table.names = names;
    uint32_t *slots = calloc(2 * new_capacity, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    for (uint32_t id = 1; id <= table.count; id++) {
        *find_slot(slots, 2 * new_capacity, table.names[id - 1]) = id;
    }
    free(table.slots);
    table.slots = slots;
    table.slot_count = 2 * new_capacity;
    return true;
}

static uint32_t intern(const char *string) {
    if (table.count != 0) {
        uint32_t id = *find_slot(table.slots, table.slot_count, string);
        if (id != 0) {
            return id;
        }
    }
    if (table.count == UINT32_MAX || !grow()) {
        return 0;
    }
    size_t size = strlen(string) + 1;
    char *copy = malloc(size);
    if (copy == NULL) {
        return 0;
    }
    memcpy(copy, string, size);
    uint32_t *slot = find_slot(table.slots, table.slot_count, copy);
    table.names[table.count++] = copy;
    *slot = table.count;
    return table.count;
}

uint32_t foo_intern(const char *string) {
    if (string == NULL) {
        return 0;
    }
    lock_table();
    uint32_t id = intern(string);
    unlock_table();
    return id;
}

const char *foo_name(uint32_t id) {
    lock_table();
    const char *name = id >= 1 && id <= table.count ? table.names[id - 1] : NULL;
    unlock_table();
    return name;
}

uint32_t foo_count(void) {
    lock_table();
    uint32_t count = table.count;
    unlock_table();
    return count;
}
