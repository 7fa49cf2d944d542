#include "bar.hpp"

#include <cstring>
#include <string>

#include <foo.h>

namespace bar {

ParseError::ParseError(const char *message, std::size_t position) noexcept : Error(message), position_(position) {}
ParseError::ParseError(const ParseError &) noexcept = default;
ParseError &ParseError::operator=(const ParseError &) noexcept = default;
ParseError::~ParseError() = default;
std::size_t ParseError::position() const noexcept { return position_; }

std::size_t intern_words(const char *text, std::size_t size, std::uint32_t *ids, std::size_t capacity) {
    if (const void *nul = std::memchr(text, '\0', size)) {
        throw ParseError("NUL byte in text", static_cast<std::size_t>(static_cast<const char *>(nul) - text));
    }
    const char *end = text + size;
    std::size_t count = 0;
    for (Word word = next_word(text, end); word.size != 0; word = next_word(word.start + word.size, end)) {
        if (count < capacity) {
            ids[count] = foo_intern(std::string(word.start, word.size).c_str());
            if (ids[count] == 0) {
                throw Error("libfoo has no room for another string");
            }
        }
        count++;
    }
    return count;
}

const char *version() noexcept { return BAR_VERSION_STRING; }
std::uint32_t version_number() noexcept { return BAR_VERSION_NUMBER; }

} // namespace bar
