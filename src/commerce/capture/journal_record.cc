#include "commerce/capture/journal_record.h"

#include <cstring>

namespace stockbell::commerce {
namespace {

constexpr char kVersion = 1;

void put(std::string& out, std::int64_t number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}

void put(std::string& out, const std::string& text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  char bytes[sizeof size];
  std::memcpy(bytes, &size, sizeof size);
  out.append(bytes, sizeof size).append(text);
}

class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}
  template <class T>
  T number() {
    T value{};
    if (rest_.size() < sizeof value) {
      well_ = false;
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
  }
  std::string text() {
    const auto size = number<std::uint32_t>();
    if (!well_ || rest_.size() < size) {
      well_ = false;
      return {};
    }
    std::string out(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return out;
  }
  bool ended_well() const { return well_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool well_ = true;
};

}  // namespace

std::string to_record(const NotificationRequest& r) {
  std::string out;
  out.reserve(160 + r.email.size() * 2 + r.consent.page_url.size());
  out += kVersion;
  for (const auto* text : {&r.request_key, &r.email, &r.email_normalized, &r.first_name,
                           &r.last_name, &r.phone, &r.sku, &r.site, &r.locale})
    put(out, *text);
  put(out, std::int64_t{r.quantity});
  put(out, to_ms(r.requested_at));
  put(out, r.consent.text_version);
  put(out, to_ms(r.consent.given_at));
  put(out, r.consent.page_url);
  out += r.needs_confirmation ? '\1' : '\0';
  return out;
}

Result<NotificationRequest> from_record(std::string_view record) {
  Reader in(record);
  NotificationRequest r;
  const auto version = in.number<char>();
  for (auto* text : {&r.request_key, &r.email, &r.email_normalized, &r.first_name, &r.last_name,
                     &r.phone, &r.sku, &r.site, &r.locale})
    *text = in.text();
  r.quantity = static_cast<int>(in.number<std::int64_t>());
  r.requested_at = from_ms(in.number<std::int64_t>());
  r.consent.text_version = in.text();
  r.consent.given_at = from_ms(in.number<std::int64_t>());
  r.consent.page_url = in.text();
  r.needs_confirmation = in.number<char>() != 0;
  if (version != kVersion || !in.ended_well())
    return fail(ErrorCode::internal, "journal-damaged", "a record of the journal cannot be read");
  return r;
}

}  // namespace stockbell::commerce
