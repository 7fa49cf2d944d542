#include "@{ stem }@.hpp"

#include <cstring>

int main() { return std::strcmp(@{ stem }@::version(), @{ macro }@_VERSION_STRING); }
