#include "@{ stem }@.hpp"

const char *@{ stem }@::version() noexcept { return @{ macro }@_VERSION_STRING; }
