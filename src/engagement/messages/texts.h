// The words of Stockbell's own messages and pages, one JSON file per language
// (web/messages/texts.en.json): confirmation, "still want it?", the page of a shopper's requests.
// Read once; immutable, thread-safe.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "platform/templates/value.h"

namespace stockbell::engagement {

using Words = std::map<std::string, std::string, std::less<>>;

class Language {
 public:
  // Errors: invalid, "texts-invalid", naming what is missing.
  static Result<Language> parse(std::string tag, std::string_view json);

  const std::string& tag() const { return tag_; }  // "de"
  bool right_to_left() const { return direction_ == "rtl"; }
  const std::string& direction() const { return direction_; }
  // The text with its {holes} filled; "" for a name that is not there.
  std::string say(std::string_view name, const Words& holes = {}) const;
  std::string day(Time time) const;              // "23. November 2026", UTC
  templates::Value all(const Words& holes) const;  // every text by its name

 private:
  std::string tag_, direction_, date_;
  std::vector<std::string> months_;
  Words words_;
};

class Texts {
 public:
  static constexpr std::string_view kLanguages[] = {"en", "de", "fr", "es", "ja", "ar"};
  // `asset` finds "messages/texts.en.json".
  static Result<Texts> load(
      const std::function<std::optional<std::string_view>(std::string_view)>& asset);
  const Language& of(std::string_view locale) const;  // "de-AT": German; unknown: English

 private:
  std::vector<Language> languages_;
};

}  // namespace stockbell::engagement
