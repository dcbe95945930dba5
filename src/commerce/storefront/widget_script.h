// The notify form's script as it is sent: the built web/widget with the texts and settings of one
// site and one language put in, and compressed once. Made at start; immutable, any thread. Step 1.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "commerce/storefront/widget_texts.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

class WidgetScripts {
 public:
  struct Script {
    std::string settings;                 // JSON: site, locale, dir, confirm, rings, texts
    std::string script, compressed, tag;  // the same script plain and as gzip; ETag of it
  };

  WidgetScripts(const Assets& assets, Sites sites, WidgetTexts texts);
  // With the texts that can be read; the application refuses to start with ones that cannot.
  static WidgetScripts of(const Assets& assets, const Sites& sites);

  const Site* site(std::string_view key) const;  // "" is the main one; null: there is none
  const WidgetLanguage& language(const Site& site, std::string_view tag) const;
  // Null where the assets have no script.
  const Script* find(const Site& site, std::string_view tag) const;

 private:
  Sites sites_;
  WidgetTexts texts_;
  std::map<std::pair<std::string, std::string>, Script> scripts_;  // by site and language
};

// GET /api/v1/widget.js?site=&locale= and, for a language that the page's script has not,
// /api/v1/widget-settings?site=&locale=. `scripts` must outlive the router.
void add_widget_routes(http::Router& router, const WidgetScripts& scripts);

}  // namespace stockbell::commerce
