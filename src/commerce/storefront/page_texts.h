// The words of the small pages that answer a plain form post, one JSON file per language
// (web/pages/texts.en.json). Read once at start; immutable, any thread. Step 2.
#pragma once
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "commerce/storefront/assets.h"
#include "platform/templates/value.h"

namespace stockbell::commerce {

struct PageLanguage {
  std::string tag = "en", direction = "ltr";
  std::map<std::string, std::string, std::less<>> texts = {};

  std::string text(std::string_view name) const;  // "" for a name that is not there
  templates::Value all() const;                   // every text by its name
};

class PageTexts {
 public:
  PageTexts() = default;
  // Errors: "page-texts-invalid", naming the file. Assets without texts give no languages.
  static Result<PageTexts> load(const Assets& assets);
  // The language of the first of these tags that there is ("de-AT": German), else English.
  const PageLanguage& of(std::initializer_list<std::string_view> tags) const;

 private:
  std::map<std::string, PageLanguage, std::less<>> languages_;
};

}  // namespace stockbell::commerce
