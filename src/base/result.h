// How Stockbell reports failure: Result<T> is a value or an Error. Used everywhere; thread-safe as
// any value is. Exceptions come only from third parties and broken invariants (dispatcher, job
// runner and main catch them).
#pragma once
#include <expected>
#include <string>
#include <utility>

namespace stockbell {

// What kind of failure it is; HTTP's status and the retry decision follow from it.
enum class ErrorCode {
  invalid,       // the input is wrong: 422/400
  unauthorized,  // 401
  forbidden,     // 403
  not_found,     // 404
  conflict,      // 409
  too_large,     // 413
  rate_limited,  // 429
  unavailable,   // a peer or a store is away, try again: 503
  internal,      // ours: 500
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string reason;   // stable word for programs: "contact-email-invalid"
  std::string message;  // for people: what, where, what would be right; no address, no secret
  std::string field;    // the input field at fault, or empty

  bool temporary() const {
    return code == ErrorCode::unavailable || code == ErrorCode::rate_limited;
  }
  // Adds context in front on the way up: "importing stock.xml: line 3: ...".
  Error&& within(std::string_view context) && {
    message.insert(0, std::string(context) + ": ");
    return std::move(*this);
  }
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string reason, std::string message,
                                   std::string field = {}) {
  return std::unexpected(Error{code, std::move(reason), std::move(message), std::move(field)});
}
inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

// SB_TRY(contact, store.find(...));  declares `contact`, or returns the error from the enclosing
// function.
#define SB_TRY(name, expression)                                                  \
  auto name##_result_ = (expression);                                             \
  if (!name##_result_) return std::unexpected(std::move(name##_result_).error()); \
  auto& name = *name##_result_
// SB_CHECK(store.insert(...));  the same for Result<void> or a value that is not needed.
#define SB_CHECK(expression)                                                      \
  do {                                                                            \
    auto check_result_ = (expression);                                            \
    if (!check_result_) return std::unexpected(std::move(check_result_).error()); \
  } while (false)

}  // namespace stockbell
