#include "commerce/storefront/page_texts.h"

#include <fmt/format.h>

#include <array>

#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

constexpr auto kLanguages = std::to_array<std::string_view>({"en", "de", "fr", "es", "ja", "ar"});

std::string language_of(std::string_view tag) {
  std::string language(tag.substr(0, tag.find_first_of("-_")));
  for (char& c : language)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return language;
}

}  // namespace

std::string PageLanguage::text(std::string_view name) const {
  const auto found = texts.find(name);
  return found == texts.end() ? std::string() : found->second;
}

templates::Value PageLanguage::all() const {
  auto value = templates::Value::object();
  for (const auto& [name, text] : texts) value.set(name, text);
  return value;
}

Result<PageTexts> PageTexts::load(const Assets& assets) {
  PageTexts all;
  for (const auto tag : kLanguages) {
    const auto path = fmt::format("pages/texts.{}.json", tag);
    const auto file = assets ? assets(path) : std::nullopt;
    if (!file) continue;
    SB_TRY(object, text::parse_json_object(*file));
    PageLanguage language{std::string(tag)};
    for (const auto& [name, value] : object) {
      if (!value.is_string())
        return fail(ErrorCode::internal, "page-texts-invalid",
                    fmt::format("{}: {}: a text is needed", path, std::string_view(name)));
      language.texts.emplace(name, value.get_string());
    }
    if (language.texts.contains("dir")) language.direction = language.texts["dir"];
    all.languages_.emplace(tag, std::move(language));
  }
  return all;
}

const PageLanguage& PageTexts::of(std::initializer_list<std::string_view> tags) const {
  static const PageLanguage none;
  for (const auto tag : tags)
    if (const auto found = languages_.find(language_of(tag)); found != languages_.end())
      return found->second;
  const auto english = languages_.find("en");
  return english == languages_.end() ? none : english->second;
}

}  // namespace stockbell::commerce
