#include "commerce/capture/klaviyo_body.h"

#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

constexpr std::size_t kLongestBody = 64 * 1024, kMostChannels = 16;
constexpr std::string_view kProfile = "/data/attributes/profile/data/attributes";

std::unexpected<Error> bad(std::string pointer, std::string message) {
  return fail(ErrorCode::invalid, "body-invalid", std::move(message), std::move(pointer));
}

// The object below `object` at a path of one or more names.
Result<const boost::json::object*> object_at(const boost::json::object& object, std::string base,
                                             std::initializer_list<std::string_view> names) {
  const auto* at = &object;
  for (const auto name : names) {
    base += "/" + std::string(name);
    const auto* value = at->if_contains(name);
    if (!value || !value->is_object()) return bad(base, "an object is needed here");
    at = &value->get_object();
  }
  return at;
}

Result<std::string> text_at(const boost::json::object& object, std::string_view name,
                            const std::string& base) {
  const auto* value = object.if_contains(name);
  if (!value || value->is_null()) return std::string();
  if (!value->is_string()) return bad(base + "/" + std::string(name), "a text is needed here");
  return std::string(value->get_string());
}

Result<> check_type(const boost::json::object& object, std::string_view type,
                    const std::string& base) {
  SB_TRY(given, text_at(object, "type", base));
  if (given == type) return {};
  return bad(base + "/type", "the type must be " + std::string(type));
}

Result<> check_channels(const boost::json::object& attributes) {
  const std::string pointer = "/data/attributes/channels";
  const auto* channels = attributes.if_contains("channels");
  if (!channels || !channels->is_array() || channels->get_array().empty() ||
      channels->get_array().size() > kMostChannels)
    return bad(pointer, "a list of channels is needed here");
  bool email = false;
  for (const auto& channel : channels->get_array()) {
    const std::string_view name =
        channel.is_string() ? std::string_view(channel.get_string()) : std::string_view();
    if (name != "EMAIL" && name != "SMS" && name != "PUSH" && name != "WHATSAPP")
      return bad(pointer, "a channel is EMAIL, PUSH, SMS or WHATSAPP");
    email = email || name == "EMAIL";
  }
  if (!email) return bad(pointer, "messages go by EMAIL only: it must be among the channels");
  return {};
}

}  // namespace

std::string external_id_of(std::string_view variant) {
  for (int part = 0; part < 2; ++part) {
    const auto at = variant.find(":::");
    if (at == variant.npos) break;
    variant.remove_prefix(at + 3);
  }
  return std::string(variant);
}

std::string_view klaviyo_pointer(std::string_view field) {
  if (field == "sku") return "/data/relationships/variant/data/id";
  if (field == "email") return "/data/attributes/profile/data/attributes/email";
  if (field == "first_name") return "/data/attributes/profile/data/attributes/first_name";
  if (field == "last_name") return "/data/attributes/profile/data/attributes/last_name";
  if (field == "phone") return "/data/attributes/profile/data/attributes/phone_number";
  return "/data";
}

Result<CaptureFields> read_klaviyo_body(std::string_view body) {
  SB_TRY(document, text::parse_json_object(body, kLongestBody));
  SB_TRY(data, object_at(document, "", {"data"}));
  SB_CHECK(check_type(*data, "back-in-stock-subscription", "/data"));
  SB_TRY(attributes, object_at(*data, "/data", {"attributes"}));
  SB_CHECK(check_channels(*attributes));
  SB_TRY(profile, object_at(*attributes, "/data/attributes", {"profile", "data"}));
  SB_CHECK(check_type(*profile, "profile", "/data/attributes/profile/data"));
  SB_TRY(person, object_at(*profile, "/data/attributes/profile/data", {"attributes"}));
  SB_TRY(variant, object_at(*data, "/data", {"relationships", "variant", "data"}));
  SB_CHECK(check_type(*variant, "catalog-variant", "/data/relationships/variant/data"));
  SB_TRY(id, text_at(*variant, "id", "/data/relationships/variant/data"));
  CaptureFields fields{{"sku", external_id_of(id)}};
  const std::pair<std::string_view, const char*> names[] = {
      {"email", "email"}, {"first_name", "first_name"}, {"last_name", "last_name"},
      {"phone_number", "phone"}};
  for (const auto& [theirs, ours] : names) {
    SB_TRY(value, text_at(*person, theirs, std::string(kProfile)));
    if (!value.empty()) fields[ours] = value;
  }
  return fields;
}

}  // namespace stockbell::commerce
