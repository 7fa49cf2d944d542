#include "foo.hpp"

#include <cstring>

int main() { return std::strcmp(foo::version(), FOO_VERSION_STRING); }
