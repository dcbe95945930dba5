#include "engagement/messages/texts.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <chrono>

#include "platform/text/json.h"

namespace stockbell::engagement {
namespace {

std::string fill(const std::string& text, const Words& holes) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = text.find('{', at);
    const auto close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) return out + text.substr(at);
    out += text.substr(at, open - at);
    const auto name = text.substr(open + 1, close - open - 1);
    const auto hole = holes.find(name);
    out += hole == holes.end() ? text.substr(open, close - open + 1) : hole->second;
    at = close + 1;
  }
  return out;
}

std::unexpected<Error> invalid(const std::string& tag, std::string_view what) {
  return fail(ErrorCode::invalid, "texts-invalid",
              fmt::format("messages/texts.{}.json: {}", tag, what));
}

}  // namespace

Result<Language> Language::parse(std::string tag, std::string_view json) {
  SB_TRY(object, text::parse_json_object(json));
  Language language;
  language.tag_ = std::move(tag);
  for (const auto& [name, value] : object) {
    if (const auto* text = value.if_string()) {
      language.words_.emplace(std::string(name), std::string(*text));
    } else if (const auto* months = value.if_array(); months && name == "months") {
      for (const auto& month : *months)
        if (const auto* word = month.if_string()) language.months_.emplace_back(*word);
    }
  }
  language.direction_ = language.say("dir");
  language.date_ = language.say("date");
  if (language.months_.size() != 12) return invalid(language.tag_, "twelve months are wanted");
  if (language.direction_ != "ltr" && language.direction_ != "rtl")
    return invalid(language.tag_, "dir is ltr or rtl");
  return language;
}

std::string Language::say(std::string_view name, const Words& holes) const {
  const auto found = words_.find(name);
  return found == words_.end() ? "" : fill(found->second, holes);
}

std::string Language::day(Time time) const {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
  return fill(date_, {{"day", std::to_string(static_cast<unsigned>(day.day()))},
                      {"month", months_[static_cast<unsigned>(day.month()) - 1]},
                      {"year", std::to_string(static_cast<int>(day.year()))}});
}

templates::Value Language::all(const Words& holes) const {
  auto value = templates::Value::object();
  for (const auto& [name, text] : words_) value.set(name, fill(text, holes));
  return value;
}

Result<Texts> Texts::load(
    const std::function<std::optional<std::string_view>(std::string_view)>& asset) {
  Texts texts;
  for (const auto tag : kLanguages) {
    const auto path = fmt::format("messages/texts.{}.json", tag);
    const auto json = asset ? asset(path) : std::nullopt;
    if (!json) return fail(ErrorCode::internal, "asset-missing", "there is no file " + path);
    SB_TRY(language, Language::parse(std::string(tag), *json));
    texts.languages_.push_back(std::move(language));
  }
  return texts;
}

const Language& Texts::of(std::string_view locale) const {
  const auto tag = locale.substr(0, locale.find_first_of("-_"));
  for (const auto& language : languages_)
    if (std::ranges::equal(tag, language.tag(), [](char a, char b) { return (a | 0x20) == b; }))
      return language;
  return languages_.front();
}

}  // namespace stockbell::engagement
