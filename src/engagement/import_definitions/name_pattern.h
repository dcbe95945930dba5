// The file names of an import definition: "stock_%%Year%%%%Month%%%%Day%%_*.csv". Without regard to
// the case of ASCII letters; * is any text, ? any character. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace stockbell::engagement {

// What a name says of its file; %%Sequence%% is ours.
struct NameParts {
  std::optional<Time> time;  // of the date parts, UTC
  std::optional<std::int64_t> sequence;
};

class NamePattern {
 public:
  // %%Year%%, %%Month%%, %%Day%%, %%Hour%%, %%Minute%%, %%Second%% and %%Sequence%%, each once; or
  // %%FILENAME_FROM_TRIGGER%% alone. Errors: invalid, "file-name-invalid".
  static Result<NamePattern> parse(std::string_view text);
  std::optional<NameParts> match(std::string_view name) const;
  bool has_order() const;  // its names say which file is the older one
  bool has_date() const;
  bool of_trigger() const { return of_trigger_; }  // matches no name by itself

 private:
  enum class Kind { literal, any_text, any_one, year, month, day, hour, minute, second, sequence };
  struct Token {
    Kind kind = Kind::literal;
    char character = 0;
  };
  static std::optional<Kind> kind_of(std::string_view name);
  bool has(Kind kind) const;
  Result<> check() const;
  static std::optional<NameParts> parts_of(const std::vector<std::int64_t>& found);

  std::vector<Token> tokens_;
  bool of_trigger_ = false;
};

}  // namespace stockbell::engagement
