#include <quokka/c.h>
#include <quokka/quokka.hpp>

unsigned long quokka_count(void) { return quokka::count(); }
