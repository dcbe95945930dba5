#include "engagement/preferences/preference_pages.h"

#include "base/id.h"
#include "engagement/preferences/preference_rules.h"

namespace stockbell::engagement {
namespace {

// Pictures may stand anywhere; everything else is on the page. No script runs, no other site may
// frame the page, and where its links lead does not learn its address, which is a key.
constexpr const char* kPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'";

http::Response page(int status, std::string html) {
  auto response = http::Response::html(status, std::move(html));
  response.set("Cache-Control", "no-store")
      .set("Referrer-Policy", "no-referrer")
      .set("X-Robots-Tag", "noindex")
      .set("Content-Security-Policy", kPolicy);
  return response;
}

std::string name_of(const PreferenceItem& item) {
  return item.variant_text.empty() ? item.name : item.name + ", " + item.variant_text;
}

templates::Value value_of(const PreferenceItem& item) {
  return templates::Value::object({{"id", to_record_id(kRequestPrefix, item.request.value)},
                                   {"product_name", item.name},
                                   {"variant_text", item.variant_text},
                                   {"picture_url", item.picture_url},
                                   {"what", name_of(item)}});
}

templates::Value managed(const PreferenceItem& item, const Language& language) {
  auto value = value_of(item);
  auto variants = templates::Value::list();
  for (const auto& variant : item.variants)
    variants.push_back(templates::Value::object({{"sku", variant.sku}, {"text", variant.text}}));
  value.set("state", language.say("state_" + std::string(to_text(item.state))))
      .set("since", language.say(item.open() ? "since" : "asked_on",
                                 {{"date", language.day(item.requested_at)}}))
      .set("product_url", "")
      .set("can_act", item.open())
      .set("can_confirm", item.state == ShownState::pending)
      .set("has_variants", !item.variants.empty())
      .set("change_label", language.say("change_label", {{"what", name_of(item)}}))
      .set("variants", std::move(variants));
  return value;
}

templates::Value group(const templates::Value& items) {
  if (!items.shows()) return false;
  return templates::Value::object({{"items", items}});
}

}  // namespace

Result<PreferencePages> PreferencePages::create(const Assets& assets, const Texts& texts,
                                                std::string shop_name, std::string shop_url) {
  const auto read = [&](const std::string& name) -> Result<std::string> {
    const auto path = "pages/" + name + ".mustache";
    const auto text = assets ? assets(path) : std::nullopt;
    if (!text) return fail(ErrorCode::internal, "asset-missing", "there is no template " + path);
    return std::string(*text);
  };
  std::map<std::string, std::string> partials;
  for (const char* name : {"preferences_top", "preferences_items", "preferences_end"}) {
    SB_TRY(text, read(name));
    partials.emplace(name, std::move(text));
  }
  SB_TRY(action_text, read("request_action"));
  SB_TRY(manage_text, read("manage_requests"));
  SB_TRY(action, templates::Template::compile(action_text, partials));
  SB_TRY(manage, templates::Template::compile(manage_text, partials));
  return PreferencePages(std::move(action), std::move(manage), texts, std::move(shop_name),
                         std::move(shop_url));
}

PreferencePages::PreferencePages(templates::Template action, templates::Template manage,
                                 const Texts& texts, std::string shop_name, std::string shop_url)
    : action_(std::move(action)),
      manage_(std::move(manage)),
      texts_(texts),
      shop_name_(std::move(shop_name)),
      shop_url_(std::move(shop_url)) {}

templates::Value PreferencePages::context(const Language& language, const Words& holes) const {
  return templates::Value::object({{"lang", language.tag()},
                                   {"dir", language.direction()},
                                   {"t", language.all(holes)},
                                   {"shop_name", shop_name_},
                                   {"shop_url", shop_url_}});
}

http::Response PreferencePages::action(int status, const std::string& locale,
                                       const std::vector<PreferenceItem>& items,
                                       const Action& action) const {
  const auto& language = texts_.of(locale);
  const Words holes = {{"shop", shop_name_}};
  auto shown = templates::Value::list();
  for (const auto& item : items) {
    auto value = value_of(item);
    value.set("product_url", action.product_links ? item.link : "").set("can_act", false);
    shown.push_back(std::move(value));
  }
  auto buttons = templates::Value::list();
  for (const auto& button : action.buttons)
    buttons.push_back(templates::Value::object({{"value", button.value},
                                                {"text", language.say(button.text, holes)},
                                                {"plain", button.plain}}));
  auto value = context(language, holes);
  value.set("title", language.say(action.title, holes))
      .set("lead", language.say(action.lead, holes))
      .set("items", std::move(shown))
      .set("action", action.path)
      .set("buttons", std::move(buttons))
      .set("manage_url", action.manage_url);
  return page(status, action_.render(value));
}

http::Response PreferencePages::manage(const MailboxView& mailbox, const std::string& path,
                                       const std::string& note) const {
  const auto& language = texts_.of(mailbox.locale);
  const Words holes = {{"shop", shop_name_}, {"mailbox", masked(mailbox.email)}};
  auto open = templates::Value::list(), past = templates::Value::list();
  for (const auto& item : mailbox.items)
    (item.open() ? open : past).push_back(managed(item, language));
  const auto count = open.items() ? open.items()->size() : 0;
  auto value = context(language, holes);
  value.set("title", language.say("manage_title"))
      .set("lead", language.say("manage_lead", holes))
      .set("note", note.empty() ? "" : language.say(note, holes))
      .set("action", path)
      .set("suppressed", mailbox.suppressed)
      .set("open", group(open))
      .set("has_open", count > 0)
      .set("several", count > 1)
      .set("past", group(past));
  return page(200, manage_.render(value));
}

}  // namespace stockbell::engagement
