#include "commerce/storefront/widget_texts.h"

#include <fstream>
#include <set>

#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

using Languages = std::map<std::string, WidgetLanguage, std::less<>>;

constexpr auto kBuiltIn = std::to_array<std::string_view>({"en", "de", "fr", "es", "ja", "ar"});
constexpr auto kRightToLeft = std::to_array<std::string_view>({"ar", "fa", "he", "ur"});
// The placeholders a text may hold; every other text holds none.
constexpr auto kPlaceholders = std::to_array<std::string_view>({"{item}", "{email}"});
constexpr std::size_t kLongestText = 600, kMostLanguages = 60;
constexpr std::size_t kFileBytes = 256 * 1024;

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::invalid, "widget-texts-invalid", std::move(message),
              "commerce.sites.texts");
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view language_of(std::string_view tag) {
  return tag.substr(0, tag.find_first_of("-_"));
}

bool is_tag(std::string_view tag) {
  return tag.size() >= 2 && tag.size() <= 35 && tag.find("--") == tag.npos && tag.front() != '-' &&
         tag.back() != '-' &&
         tag.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") ==
             tag.npos;
}

// "done" and "confirm" name the item and the address; what else is in braces would be shown as it
// stands.
Result<> check_text(std::string_view place, std::string_view key, std::string_view text) {
  if (text.empty() || text.size() > kLongestText)
    return wrong(fmt::format("{}: {}: 1 to {} bytes of text are needed", place, key, kLongestText));
  if (!text::valid_utf8(text) || text::has_control(text))
    return wrong(fmt::format("{}: {}: no control characters, and valid UTF-8", place, key));
  for (auto at = text.find('{'); at != text.npos; at = text.find('{', at + 1)) {
    auto rest = text.substr(at);
    bool known = (key == "done" || key == "confirm") &&
                 std::ranges::any_of(kPlaceholders, [&](auto p) { return rest.starts_with(p); });
    if (!known)
      return wrong(fmt::format(
          "{}: {}: a placeholder that is not known here; done and confirm may hold {{item}} and "
          "{{email}}, the other texts none",
          place, key));
  }
  return {};
}

Result<> take_texts(WidgetLanguage& language, const boost::json::value& json,
                    std::string_view place, const WidgetLanguage& keys) {
  if (!json.is_object()) return wrong(fmt::format("{}: an object of texts is needed", place));
  bool consent = false, version = false;
  for (const auto& [name, value] : json.get_object()) {
    const std::string key(name.data(), name.size());
    if (!keys.texts.empty() && !keys.texts.contains(key)) {
      std::string known;
      for (const auto& [one, text] : keys.texts) known += (known.empty() ? "" : ", ") + one;
      return wrong(fmt::format("{}: there is no text \"{}\"; known are {}", place, key, known));
    }
    if (!value.is_string()) return wrong(fmt::format("{}: {}: a text is needed", place, key));
    const std::string text(value.get_string());
    SB_CHECK(check_text(place, key, text));
    consent = consent || key == "consent";
    version = version || key == "consent_version";
    if (key == "consent_version" && text.size() > 40)
      return wrong(fmt::format("{}: consent_version: at most 40 bytes", place));
    language.texts[key] = text;
  }
  // The version says which sentence a shopper agreed to: another sentence under the old one would
  // be a false proof.
  if (consent && !version)
    return wrong(fmt::format("{}: consent: another sentence needs its own consent_version", place));
  return {};
}

WidgetLanguage named(std::string_view tag) {
  auto language = lower(language_of(tag));
  return {std::string(tag), std::ranges::find(kRightToLeft, language) != kRightToLeft.end(), {}};
}

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return wrong(fmt::format("{}: the file cannot be read", path.string()));
  std::string text(kFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kFileBytes)
    return wrong(fmt::format("{}: at most {} bytes", path.string(), kFileBytes));
  return text;
}

}  // namespace

std::string_view WidgetLanguage::text(std::string_view key) const {
  auto found = texts.find(key);
  return found == texts.end() ? std::string_view() : std::string_view(found->second);
}

Result<Languages> WidgetTexts::merge(const Languages& built_in, std::string_view json) {
  auto object = text::parse_json_object(json, kFileBytes);
  if (!object) return wrong(object.error().message);
  if (object->size() > kMostLanguages)
    return wrong(fmt::format("at most {} languages", kMostLanguages));
  const auto english = built_in.find("en");
  const WidgetLanguage keys = english == built_in.end() ? WidgetLanguage{} : english->second;
  Languages merged = built_in;
  // Languages before their regions, so that "de-CH" starts from the site's own "de".
  std::map<std::pair<std::size_t, std::string>, const boost::json::value*> order;
  for (const auto& [name, value] : *object) {
    const std::string tag(name.data(), name.size());
    if (!is_tag(tag))
      return wrong(fmt::format("\"{}\": a language tag such as de or de-CH is needed", tag));
    order[{tag.size(), tag}] = &value;
  }
  for (const auto& [place, value] : order) {
    const auto& tag = place.second;
    const auto key = lower(tag);
    auto language = named(tag);
    if (auto own = merged.find(key); own != merged.end())
      language.texts = own->second.texts;
    else if (auto base = merged.find(language_of(key)); base != merged.end())
      language.texts = base->second.texts;
    SB_CHECK(take_texts(language, *value, tag, keys));
    for (const auto& [name, text] : keys.texts)
      if (!language.texts.contains(name))
        return wrong(fmt::format(
            "{}: \"{}\" is missing; a language that Stockbell does not bring needs every text", tag,
            name));
    merged[key] = std::move(language);
  }
  return merged;
}

Result<WidgetTexts> WidgetTexts::load(const Assets& assets, const Sites& sites) {
  Languages built_in;
  for (auto tag : kBuiltIn) {
    auto file = assets ? assets(fmt::format("widget/texts/{}.json", tag))
                       : std::optional<std::string_view>();
    if (!file) continue;
    SB_TRY(object, text::parse_json_object(*file, kFileBytes));
    auto language = named(tag);
    SB_CHECK(take_texts(language, boost::json::value(object), tag, {}));
    built_in.emplace(tag, std::move(language));
  }
  WidgetTexts all;
  for (const auto& site : sites.all()) {
    auto& languages = all.sites_[site.key];
    languages = built_in;
    if (site.texts.empty()) continue;
    SB_TRY(text, read_file(site.texts));
    auto merged = merge(built_in, text);
    if (!merged)
      return wrong(fmt::format("commerce.sites: {}: texts: {}: {}", site.key, site.texts.string(),
                               merged.error().message));
    languages = std::move(*merged);
  }
  return all;
}

const Languages& WidgetTexts::languages(const Site& site) const {
  static const Languages none;
  auto found = sites_.find(site.key);
  return found == sites_.end() ? none : found->second;
}

const WidgetLanguage& WidgetTexts::choose(const Site& site, std::string_view tag) const {
  static const WidgetLanguage none{"en", false, {}};
  const auto& known = languages(site);
  for (std::string_view wanted :
       {tag, std::string_view(site.locales.front()), std::string_view("en")}) {
    auto key = lower(wanted);
    std::ranges::replace(key, '_', '-');
    if (auto exact = known.find(key); exact != known.end()) return exact->second;
    if (auto language = known.find(language_of(key)); language != known.end())
      return language->second;
  }
  return none;
}

}  // namespace stockbell::commerce
