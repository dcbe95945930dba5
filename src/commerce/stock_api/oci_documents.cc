#include "commerce/stock_api/oci_documents.h"

#include <boost/json/serialize.hpp>

#include "commerce/inventory/inventory_rules.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

namespace json = boost::json;
constexpr std::size_t kMost = 100, kLineBytes = 64 * 1024, kFutures = 100;
constexpr double kMostUnits = 1e12;

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (!value.is_object()) return {};
  const auto* id = value.get_object().if_contains("id");
  return id && id->is_string() ? std::string(id->get_string()) : std::string();
}

Result<std::vector<std::string>> texts_of(const json::object& object, const std::string& name) {
  std::vector<std::string> texts;
  const auto* list = object.if_contains(name);
  if (!list || list->is_null()) return texts;
  if (!list->is_array() || list->get_array().size() > kMost)
    return fail(ErrorCode::invalid, name + "-invalid", name + ": a list of at most 100", name);
  for (const auto& value : list->get_array()) {
    auto text = text_of(value);
    if (text.empty() || text.size() > 256 || !text::valid_utf8(text) || text::has_control(text))
      return fail(ErrorCode::invalid, name + "-invalid", name + ": texts of 1 to 256 characters",
                  name);
    texts.push_back(std::move(text));
  }
  return texts;
}

// Members that are not there say nothing.
std::optional<std::int64_t> units_of(const json::object& object, std::string_view name,
                                     RecordBuilder& record) {
  const auto* value = object.if_contains(name);
  if (!value || value->is_null()) return {};
  const double number = value->is_number() ? value->to_number<double>() : -1;
  if (number >= 0 && number <= kMostUnits) return static_cast<std::int64_t>(number);
  record.refuse(std::string(name) + "-invalid", std::string(name) + " is a number of 0 or more");
  return {};
}

std::optional<Time> time_of(const json::object& object, std::string_view name,
                            RecordBuilder& record) {
  const auto* value = object.if_contains(name);
  if (!value || value->is_null()) return {};
  auto time =
      value->is_string() ? parse_moment(std::string(value->get_string())) : std::optional<Time>();
  if (!time)
    record.refuse(std::string(name) + "-invalid", std::string(name) + " is a date and time");
  return time;
}

void take_futures(const json::object& object, RecordBuilder& record) {
  const auto* list = object.if_contains("futures");
  if (!list || list->is_null()) return;
  if (!list->is_array() || list->get_array().size() > kFutures)
    return record.refuse("futures-invalid", "futures: a list of at most 100");
  std::vector<StockFuture> futures;
  for (const auto& value : list->get_array()) {
    if (!value.is_object())
      return record.refuse("futures-invalid", "a future is {quantity, expectedDate}");
    StockFuture future;
    future.units = units_of(value.get_object(), "quantity", record).value_or(0);
    future.expected_at = time_of(value.get_object(), "expectedDate", record);
    futures.push_back(future);
  }
  record.change().futures = std::move(futures);
}

}  // namespace

Result<OciQuery> parse_oci_query(std::string_view body) {
  SB_TRY(object, text::parse_json_object(body));
  SB_TRY(skus, texts_of(object, "skus"));
  SB_TRY(groups, texts_of(object, "groups"));
  SB_TRY(locations, texts_of(object, "locations"));
  if (skus.empty())
    return fail(ErrorCode::invalid, "skus-invalid", "skus: 1 to 100 of them", "skus");
  if (groups.empty() && locations.empty())
    return fail(ErrorCode::invalid, "groups-invalid", "name groups (sites) or locations (lists)",
                "groups");
  return OciQuery{std::move(skus), std::move(groups), std::move(locations)};
}

Result<OciToken> parse_oci_places(std::string_view body) {
  SB_TRY(object, text::parse_json_object(body));
  SB_TRY(type, text::find_text(object, "placeType"));
  if (type.value_or("group") != "group")
    return fail(ErrorCode::invalid, "placeType-invalid", "placeType is group", "placeType");
  SB_TRY(places, texts_of(object, "places"));
  if (places.empty())
    return fail(ErrorCode::invalid, "places-invalid", "places: 1 to 100 groups", "places");
  return OciToken{std::move(places), 0};
}

std::string oci_token_json(const OciToken& token) {
  text::JsonWriter writer;
  writer.begin_object().member("placeType", "group").key("places").begin_array();
  for (const auto& group : token.groups) writer.value(group);
  writer.end_array().member("position", std::to_string(token.sequence)).end_object();
  return std::move(writer).str();
}

Result<OciToken> parse_oci_token(std::string_view body) {
  SB_TRY(object, text::parse_json_object(body));
  // The answer of get-deltas holds the next token as "deltaToken".
  if (const auto* inner = object.if_contains("deltaToken"); inner && inner->is_object())
    return parse_oci_token(json::serialize(*inner));
  SB_TRY(token, parse_oci_places(body));
  SB_TRY(position, text::find_text(object, "position"));
  auto sequence = position ? parse_units(*position) : std::optional<std::int64_t>();
  if (!sequence || *sequence < 0)
    return fail(ErrorCode::invalid, "position-invalid",
                "send the token as /delta-token or the last answer gave it", "position");
  token.sequence = *sequence;
  return token;
}

std::optional<RecordBuilder> OciLines::take(std::string_view line, std::int64_t number) {
  if (text::trim(line).empty()) return {};
  RecordBuilder record(number);
  auto object = text::parse_json_object(line, kLineBytes);
  if (!object) {
    record.refuse("json-invalid", object.error().message);
    return record;
  }
  auto word = [&](std::string_view name) {
    const auto* value = object->if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  if (object->contains("location") && !object->contains("sku")) {
    auto id = parse_list_id(word("location"));
    const auto mode = word("mode");
    if (id && (mode.empty() || mode == "UPDATE")) {
      location_ = std::move(*id);
      return {};
    }
    location_.clear();  // what follows must not go to the location before
    record.refuse(id ? "mode-invalid" : "location-invalid",
                  id ? "the mode of a location is UPDATE" : "a location has 1 to 256 characters");
    return record;
  }
  record.sku(word("sku"));
  if (location_.empty())
    record.refuse("location-missing", "no location line stands before the record");
  auto& change = record.change();
  change.list = location_;
  change.allocation = units_of(*object, "onHand", record);
  change.reserved = units_of(*object, "reserved", record);
  change.safety_stock = units_of(*object, "safetyStockCount", record);
  change.allocated_at = time_of(*object, "effectiveDate", record);
  take_futures(*object, record);
  return record;
}

}  // namespace stockbell::commerce
