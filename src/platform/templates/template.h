// Mustache (the spec's core modules and partials, no lambdas), compiled once and rendered many
// times: message texts and shop pages. A Template is immutable after compile: render it from any
// thread.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/templates/value.h"

namespace stockbell::templates {

namespace internal {
struct Program;
}

enum class Escaping {
  html,   // {{x}} escapes & < > " ', {{{x}}} and {{&x}} do not
  plain,  // nothing is escaped: subjects and plain text parts
};

class Template {
 public:
  // Errors: invalid, "template-invalid", with the line. A partial that is not in `partials` renders
  // as nothing (spec).
  static Result<Template> compile(std::string_view text,
                                  const std::map<std::string, std::string>& partials = {});

  std::string render(const Value& value, Escaping escaping = Escaping::html) const;

 private:
  explicit Template(std::shared_ptr<const internal::Program> program)
      : program_(std::move(program)) {}

  std::shared_ptr<const internal::Program> program_;
};

}  // namespace stockbell::templates
