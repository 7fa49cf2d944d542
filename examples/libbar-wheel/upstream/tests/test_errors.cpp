#include <bar.hpp>

#include <cstring>

#include "check.h"

int main() {
    std::uint32_t id;
    bool caught = false;
    try {
        bar::intern_words("spam\0eggs", 9, &id, 1);
    } catch (const bar::ParseError &error) {
        caught = true;
        CHECK(error.position() == 4);
        CHECK(std::strcmp(error.what(), "NUL byte in text") == 0);
    }
    CHECK(caught);
    caught = false;
    try {
        bar::intern_words("\0", 1, &id, 1);
    } catch (const bar::Error &) {
        caught = true;
    }
    CHECK(caught);
    return 0;
}
