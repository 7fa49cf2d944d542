/* libbarutil: what libbar is made with, and others may use. */
#ifndef BARUTIL_HPP
#define BARUTIL_HPP

#include <cstddef>
#include <exception>

#include "bar_api.h"

namespace bar {

/* Base of all that the two libraries throw. Exported as a class: so there is one type_info, whichever library or
 * extension module asks for it, and `catch` finds it. */
class BARUTIL_API Error : public std::exception {
  public:
    /* `message` is not copied: a string literal. */
    explicit Error(const char *message) noexcept;
    Error(const Error &) noexcept;
    Error &operator=(const Error &) noexcept;
    ~Error() override;
    const char *what() const noexcept override;

  private:
    const char *message_;
};

/* A part of a text. No std::string_view: no type of the standard library is in the interface, because those who call
 * may have been compiled with another one. */
struct Word {
    const char *start;
    std::size_t size;
};

/* The first word from `start` on, or one of size 0 at `end` if there is none. Words are what white space separates. */
BARUTIL_API Word next_word(const char *start, const char *end) noexcept;

} // namespace bar

#endif
