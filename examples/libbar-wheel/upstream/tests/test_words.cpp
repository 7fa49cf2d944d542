#include <bar.hpp>

#include <cstring>

#include "check.h"

int main() {
    std::uint32_t ids[4] = {0, 0, 0, 0};
    const char *text = " spam\teggs \n spam";
    CHECK(bar::intern_words(text, std::strlen(text), ids, 4) == 3);
    CHECK(ids[0] == 1 && ids[1] == 2 && ids[2] == 1 && ids[3] == 0);
    CHECK(bar::intern_words(text, std::strlen(text), ids, 0) == 3);
    CHECK(bar::intern_words("", 0, ids, 4) == 0);
    CHECK(bar::intern_words("  ", 2, ids, 4) == 0);
    CHECK(bar::version_number() == BAR_VERSION_NUMBER);
    CHECK(std::strcmp(bar::version(), BAR_VERSION_STRING) == 0);
    return 0;
}
