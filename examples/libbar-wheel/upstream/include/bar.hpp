/* libbar: the words of a text, as ids that libfoo gave them. */
#ifndef BAR_HPP
#define BAR_HPP

#include <cstddef>
#include <cstdint>

#include "bar_api.h"
#include "bar_version.h"
#include "barutil.hpp"

namespace bar {

/* Thrown if a text can't be read; position() says where. */
class BAR_API ParseError : public Error {
  public:
    ParseError(const char *message, std::size_t position) noexcept;
    ParseError(const ParseError &) noexcept;
    ParseError &operator=(const ParseError &) noexcept;
    ~ParseError() override;
    /* The offset of the byte that is wrong. */
    std::size_t position() const noexcept;

  private:
    std::size_t position_;
};

/* Write the ids of the words of a text to `ids`, as many as there are but no more than `capacity`. Return how many
 * words the text has. Throws ParseError if it contains a NUL byte, Error if memory is short. Since 2.0. */
BAR_API std::size_t intern_words(const char *text, std::size_t size, std::uint32_t *ids, std::size_t capacity);

} // namespace bar

#endif
