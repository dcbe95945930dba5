#include "engagement/messages/message_renderer.h"

#include <chrono>

namespace stockbell::engagement {
namespace {

// 23 November 2026
std::string long_date(Time time) {
  static constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                                 "May",       "June",     "July",     "August",
                                                 "September", "October",  "November", "December"};
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{} {} {}", static_cast<unsigned>(day.day()),
                     kMonths[static_cast<unsigned>(day.month()) - 1], static_cast<int>(day.year()));
}

}  // namespace

std::string one_line(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::string address_of(const std::string& mailbox) {
  const auto open = mailbox.rfind('<');
  const auto close = mailbox.rfind('>');
  if (open == std::string::npos || close == std::string::npos || close < open) return mailbox;
  return mailbox.substr(open + 1, close - open - 1);
}

std::string message_id_of(RequestId request, const std::string& from, int follow_up) {
  const auto address = address_of(from);
  const auto at = address.rfind('@');
  return fmt::format("back-in-stock.{}{}@{}", request.value,
                     follow_up > 0 ? fmt::format(".{}", follow_up) : "",
                     at == std::string::npos ? "localhost" : address.substr(at + 1));
}

Result<MessageRenderer> MessageRenderer::create(const NamedTemplates& named,
                                                SenderIdentity identity, const TrackingLinks& links,
                                                const PreferenceLinks& preferences) {
  std::map<std::string, Compiled, std::less<>> compiled;
  for (const auto& [name, templates] : named) {
    SB_TRY(subject, templates::Template::compile(templates.subject));
    SB_TRY(html, templates::Template::compile(templates.html));
    SB_TRY(text, templates::Template::compile(templates.text));
    compiled.emplace(name, Compiled{std::move(subject), std::move(html), std::move(text)});
  }
  if (!compiled.contains(kBackInStock))
    return fail(ErrorCode::internal, "asset-missing", "there is no template back_in_stock");
  return MessageRenderer(std::move(compiled), std::move(identity), links, preferences);
}

MessageRenderer::MessageRenderer(std::map<std::string, Compiled, std::less<>> templates,
                                 SenderIdentity identity, const TrackingLinks& links,
                                 const PreferenceLinks& preferences)
    : templates_(std::move(templates)),
      identity_(std::move(identity)),
      return_path_(address_of(identity_.from)),
      links_(links),
      preferences_(preferences) {}

const std::string& MessageRenderer::target(const std::optional<CatalogItem>& item) const {
  return item && !item->link.empty() ? item->link : identity_.shop_url;
}

templates::Value MessageRenderer::product(const std::string& sku,
                                          const std::optional<CatalogItem>& item,
                                          std::int64_t ats) const {
  auto value = templates::Value::object();
  const auto known = item.value_or(CatalogItem{});
  value.set("sku", sku)
      .set("product_name", known.name.empty() ? sku : known.name)
      .set("variant_text", known.variant_text)
      .set("price", known.price)
      .set("sale_price", known.sale_price == known.price ? "" : known.sale_price)
      .set("picture_url", known.image_link)
      .set("few_left", ats >= 1 && ats <= 5)
      .set("shop_name", identity_.shop_name)
      .set("shop_url", identity_.shop_url);
  return value;
}

OutgoingMessage MessageRenderer::render(const LeasedMessage& message, templates::Value product,
                                        Time now) const {
  const auto chosen = templates_.find(message.template_name);
  const auto& compiled =
      chosen == templates_.end() ? templates_.find(kBackInStock)->second : chosen->second;
  const auto unsubscribe = links_.url({LinkKind::unsubscribe, message.id, 0});
  product.set("locale", message.locale.empty() ? "en" : message.locale)
      .set("first_name", message.first_name)
      .set("product_url", links_.url({LinkKind::click, message.id, 1}))
      .set("unsubscribe_url", unsubscribe)
      .set("pixel_url", links_.url({LinkKind::open, message.id, 0}))
      .set("manage_url", preferences_.manage(message.address_key, now))
      .set("requested_on", long_date(message.waiting_since));
  OutgoingMessage out;
  out.id = message.id;
  out.message_id = message.message_id;
  out.from = identity_.from;
  out.to_address = message.email;
  out.to_name =
      one_line(message.first_name.empty() ? "" : message.first_name + " " + message.last_name);
  out.return_path = return_path_;
  out.subject = one_line(compiled.subject.render(product, templates::Escaping::plain));
  out.html = compiled.html.render(product, templates::Escaping::html);
  out.text = compiled.text.render(product, templates::Escaping::plain);
  out.unsubscribe_url = unsubscribe;
  out.list_id = identity_.list_id;
  out.date = now;
  return out;
}

}  // namespace stockbell::engagement
