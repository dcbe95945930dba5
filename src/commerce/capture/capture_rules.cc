#include "commerce/capture/capture_rules.h"

#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

std::unexpected<Error> bad(std::string field, std::string message) {
  return fail(ErrorCode::invalid, field + "-invalid", std::move(message), field);
}

// A one-line text of at most `longest` bytes; absent is "".
Result<std::string> line_of(const CaptureFields& fields, std::string_view name,
                            std::size_t longest) {
  auto found = fields.find(name);
  if (found == fields.end()) return std::string();
  auto text = text::trim(found->second);
  if (!text::valid_utf8(text)) return bad(std::string(name), "the text is not valid UTF-8");
  if (text::has_control(text)) return bad(std::string(name), "control characters are not allowed");
  if (text.size() > longest)
    return bad(std::string(name), "at most " + std::to_string(longest) + " characters");
  return text;
}

// A name stands in messages; one with an address in it is an advertisement.
Result<std::string> name_of(const CaptureFields& fields, std::string_view field,
                            std::size_t longest) {
  SB_TRY(name, line_of(fields, field, longest));
  std::string folded = name;
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (folded.find("://") != name.npos || folded.find("www.") != name.npos)
    return bad(std::string(field), "a name without a web address");
  return name;
}

bool is_language_tag(std::string_view tag) {
  std::size_t part = 0;
  for (char c : tag) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (c == '-' && part == 0) return false;
    if (c != '-' && !letter) return false;
    part = c == '-' ? 0 : part + 1;
    if (part > 8) return false;
  }
  return tag.size() >= 2 && part > 0;
}

bool is_web_address(std::string_view url) {
  return (url.starts_with("https://") || url.starts_with("http://")) && url.find(' ') == url.npos;
}

Result<int> parse_quantity(const std::string& text) {
  if (text.empty()) return 1;
  int quantity = 0;
  for (char c : text) {
    if (c < '0' || c > '9' || quantity > 999) return bad("quantity", "a number from 1 to 999");
    quantity = quantity * 10 + (c - '0');
  }
  if (quantity < 1 || quantity > 999) return bad("quantity", "a number from 1 to 999");
  return quantity;
}

}  // namespace

Result<NotificationRequest> parse_capture(const CaptureFields& fields,
                                          const CaptureContext& context) {
  static const Sites only = Sites::one({});
  const Sites& sites = context.sites ? *context.sites : only;
  NotificationRequest request;
  SB_TRY(sku, line_of(fields, "sku", 100));
  if (sku.empty()) return fail(ErrorCode::invalid, "sku-missing", "the SKU is missing", "sku");
  SB_TRY(email_text, line_of(fields, "email", 254));
  if (email_text.empty())
    return fail(ErrorCode::invalid, "email-missing", "an e-mail address is needed", "email");
  auto email = text::parse_email(email_text);
  if (!email) return fail(ErrorCode::invalid, "email-invalid", email.error().message, "email");
  SB_TRY(first_name, name_of(fields, "first_name", 40));
  SB_TRY(last_name, name_of(fields, "last_name", 80));
  SB_TRY(phone, line_of(fields, "phone", 40));
  SB_TRY(locale, line_of(fields, "locale", 35));
  SB_TRY(site_key, line_of(fields, "site", 40));
  const auto* site = site_key.empty() ? &sites.main() : sites.find(site_key);
  if (!site) return bad("site", "there is no such site");
  if (locale.empty()) locale = site->locales.front();
  if (!is_language_tag(locale)) return bad("locale", "a language tag such as en-GB");
  SB_TRY(quantity_text, line_of(fields, "quantity", 10));
  SB_TRY(quantity, parse_quantity(quantity_text));
  SB_TRY(page_url, line_of(fields, "page_url", 2000));
  if (page_url.empty() && context.referer.size() <= 2000 && text::valid_utf8(context.referer) &&
      is_web_address(context.referer))
    page_url = context.referer;
  if (!page_url.empty() && !is_web_address(page_url)) return bad("page_url", "not a web address");
  SB_TRY(version, line_of(fields, "consent_version", 40));

  request.email = std::move(email->address);
  request.email_normalized = std::move(email->normalized);
  request.first_name = std::move(first_name);
  request.last_name = std::move(last_name);
  request.phone = std::move(phone);
  request.sku = std::move(sku);
  request.site = site->key;
  request.locale = std::move(locale);
  request.quantity = quantity;
  request.requested_at = context.now;
  request.consent = {std::move(version), context.now, std::move(page_url)};
  request.needs_confirmation = site->double_opt_in;
  return request;
}

}  // namespace stockbell::commerce
