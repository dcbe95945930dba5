// Templates: any text compiles or is refused with a line, and renders within bounds.
#include "fuzz/fuzz.h"
#include "platform/templates/template.h"

using namespace stockbell;

FUZZ_TARGET(mustache) {
  using templates::Value;
  if (input.size() > 4096) return;
  const auto compiled =
      templates::Template::compile(input, {{"p", "<{{x}}>\n"}, {"q", "{{>p}} {{#l}}{{.}}{{/l}}"}});
  if (!compiled) {
    REQUIRE(compiled.error().reason == "template-invalid");
    return;
  }
  const auto value = Value::object({{"x", "<script>"},
                                    {"t", true},
                                    {"l", Value::list({"<a", "<b"})},
                                    {"o", Value::object({{"x", "inner"}})}});
  const auto html = compiled->render(value);
  static_cast<void>(compiled->render(value, templates::Escaping::plain));
  REQUIRE(html == compiled->render(value));
  // Data is escaped unless the template asks for it raw.
  if (input.find("<script") == input.npos && input.find("{{{") == input.npos &&
      input.find('&') == input.npos && input.find('=') == input.npos &&
      input.find('<') == input.npos)
    REQUIRE(html.find("<script") == std::string::npos);
}
