/* libbarutil: the parts of libbar that other libraries may use. */
#ifndef BARUTIL_HPP
#define BARUTIL_HPP

#include <cstddef>
#include <exception>

#include "bar_api.h"

namespace bar {

/* Base class of everything the two libraries throw. The class itself is exported, so that all libraries and extension
 * modules share one type_info, and `catch` finds it. */
class BARUTIL_API Error : public std::exception {
  public:
    /* `message` must be a string literal, since it is not copied. */
    explicit Error(const char *message) noexcept;
    Error(const Error &) noexcept;
    Error &operator=(const Error &) noexcept;
    ~Error() override;
    const char *what() const noexcept override;

  private:
    const char *message_;
};

/* A part of a text. The interface has no types of the standard library, such as std::string_view, because callers may
 * have been compiled with another one. */
struct Word {
    const char *start;
    std::size_t size;
};

/* The first word from `start` on, or one of size 0 at `end` if there is none. Words are what white space separates. */
BARUTIL_API Word next_word(const char *start, const char *end) noexcept;

} // namespace bar

#endif
