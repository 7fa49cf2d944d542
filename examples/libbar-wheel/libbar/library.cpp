#include <bar.hpp>

#include <string>

extern "C" {

void *address_in_bar() { return reinterpret_cast<void *>(&bar::intern_words); }

void *address_in_barutil() { return reinterpret_cast<void *>(&bar::next_word); }

const char *version_of_bar() {
    static const std::string text([] { return bar::version(); }());
    return text.c_str();
}

int bar_is_recent() {
    return bar::version_number() >= BAR_VERSION_NUMBER && bar::version_number() >> 16 == BAR_VERSION_MAJOR;
}
}
