#include <quokka/quokka.hpp>

namespace quokka {

std::string version() { return "2.3.1"; }

unsigned long count() {
    static unsigned long counted = 0;
    return ++counted;
}

const char *origin() { return __FILE__; }

} // namespace quokka
