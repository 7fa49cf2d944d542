#include "foo.hpp"

#include <atomic>

static std::atomic<long> last{0};

const char *foo::version() noexcept { return FOO_VERSION_STRING; }

long foo::next_id() noexcept { return ++last; }

long foo::last_id() noexcept { return last; }
