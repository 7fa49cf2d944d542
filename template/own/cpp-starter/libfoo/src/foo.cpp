#include "foo.hpp"

const char *foo::version() noexcept { return FOO_VERSION_STRING; }
