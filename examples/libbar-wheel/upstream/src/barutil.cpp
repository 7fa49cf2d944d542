#include "barutil.hpp"

namespace bar {

Error::Error(const char *message) noexcept : message_(message) {}
Error::Error(const Error &) noexcept = default;
Error &Error::operator=(const Error &) noexcept = default;
Error::~Error() = default;
const char *Error::what() const noexcept { return message_; }

/* Not isspace(), which depends on the locale. */
static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

Word next_word(const char *start, const char *end) noexcept {
    while (start != end && is_space(*start)) {
        start++;
    }
    const char *stop = start;
    while (stop != end && !is_space(*stop)) {
        stop++;
    }
    return {start, static_cast<std::size_t>(stop - start)};
}

} // namespace bar
