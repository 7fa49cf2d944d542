#pragma once

#include <string>

#include <quokka/config.hpp>

namespace quokka {

/* The version of the running library, such as "2.3.1". */
std::string version();

/* How many quokkas there are after this one: the library counts them. */
unsigned long count();

/* Where an error would be said to have happened; it has the name of a source file. */
const char *origin();

} // namespace quokka
