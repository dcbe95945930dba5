// The pages behind the links of /confirm, /keep and /manage, in the shopper's language: plain forms
// and a style of their own, no script. Immutable, thread-safe.
#pragma once
#include <string>
#include <vector>

#include "engagement/messages/texts.h"
#include "engagement/preferences/types.h"
#include "platform/http/http.h"
#include "platform/templates/template.h"

namespace stockbell::engagement {

class PreferencePages {
 public:
  using Assets = std::function<std::optional<std::string_view>(std::string_view)>;
  static Result<PreferencePages> create(const Assets& assets, const Texts& texts,
                                        std::string shop_name, std::string shop_url);

  struct Button {
    std::string value, text;  // the text by its name
    bool plain = false;
  };
  struct Action {
    std::string title, lead;  // texts by their names
    std::string path;         // where the form posts to; "" : no form
    std::vector<Button> buttons;
    std::string manage_url;  // "" : none
    bool product_links = false;
  };
  http::Response action(int status, const std::string& locale,
                        const std::vector<PreferenceItem>& items, const Action& action) const;
  // `note`: the name of a text, or "".
  http::Response manage(const MailboxView& mailbox, const std::string& path,
                        const std::string& note) const;

 private:
  PreferencePages(templates::Template action, templates::Template manage, const Texts& texts,
                  std::string shop_name, std::string shop_url);
  templates::Value context(const Language& language, const Words& holes) const;

  templates::Template action_, manage_;
  const Texts& texts_;
  std::string shop_name_, shop_url_;
};

}  // namespace stockbell::engagement
