// The texts of the notify form by language: those of web/widget/texts, with what each site puts in
// their place (Site::texts, docs/widget.md). Read once at start; immutable, any thread. Step 1.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "commerce/sites/sites.h"
#include "commerce/storefront/assets.h"

namespace stockbell::commerce {

struct WidgetLanguage {
  std::string tag;  // "de", or "de-CH" where a site has texts of its own for it
  bool right_to_left = false;
  std::map<std::string, std::string, std::less<>> texts;  // "title" -> "Tell me when it is back"

  // Empty for a key that there is not.
  std::string_view text(std::string_view key) const;
};

class WidgetTexts {
 public:
  WidgetTexts() = default;
  // Errors: invalid "widget-texts-invalid", naming file, language and key. Assets without texts
  // give no languages.
  static Result<WidgetTexts> load(const Assets& assets, const Sites& sites);
  // What `json`, an object of languages, changes for one site.
  static Result<std::map<std::string, WidgetLanguage, std::less<>>> merge(
      const std::map<std::string, WidgetLanguage, std::less<>>& built_in, std::string_view json);

  // The best of the site for a BCP 47 tag: the tag itself, its language, the site's first locale,
  // English.
  const WidgetLanguage& choose(const Site& site, std::string_view tag) const;
  const std::map<std::string, WidgetLanguage, std::less<>>& languages(const Site& site) const;

 private:
  std::map<std::string, std::map<std::string, WidgetLanguage, std::less<>>, std::less<>> sites_;
};

}  // namespace stockbell::commerce
