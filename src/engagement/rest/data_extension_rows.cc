#include "engagement/rest/data_extension_rows.h"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <charconv>
#include <cmath>

#include "platform/text/text.h"

namespace stockbell::engagement {
namespace {

constexpr std::size_t kLongestValue = 4000;  // of a text column there

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::unexpected<Error> bad(std::size_t row, std::string_view message, std::string field = {}) {
  return fail(ErrorCode::invalid, "row-invalid", fmt::format("row {}: {}", row + 1, message),
              std::move(field));
}

Result<> take_columns(const boost::json::value& part, std::size_t number, ExtensionRow& row) {
  if (!part.is_object()) return bad(number, "keys and values must be objects");
  for (const auto& [name, value] : part.get_object()) {
    std::string text;
    if (value.is_string())
      text = std::string(value.get_string());
    else if (value.is_bool())
      text = value.get_bool() ? "true" : "false";
    else if (value.is_int64())
      text = std::to_string(value.get_int64());
    else if (value.is_double())
      text = fmt::format("{}", value.get_double());
    else if (!value.is_null())
      return bad(number, "a value must be text, a number, true or false");
    if (text.size() > kLongestValue || !text::valid_utf8(text) ||
        text.find('\0') != std::string::npos)
      return bad(number, fmt::format("a value is longer than {} bytes, or no text", kLongestValue));
    if (!row.columns.emplace(lower({name.data(), name.size()}), std::move(text)).second)
      return bad(number, "a column stands there twice");
  }
  return {};
}

// The columns of one row, of which only those in `known` may be there.
class Reader {
 public:
  Reader(const ExtensionRow& row, std::size_t number) : row_(row), number_(number) {}

  Result<> only(std::initializer_list<std::string_view> known) const {
    for (const auto& [name, value] : row_.columns)
      if (std::ranges::find(known, name) == known.end())
        return bad(number_, "the data extension has no such column", name.substr(0, 100));
    return {};
  }
  bool has(const std::string& name) const { return row_.columns.contains(name); }
  std::string text(const std::string& name) const {
    const auto found = row_.columns.find(name);
    return found == row_.columns.end() ? "" : found->second;
  }
  Result<std::int64_t> id(const std::string& name, std::string_view prefix) const {
    const auto id = parse_record_id(prefix, text(name));
    if (!id)
      return bad(number_, fmt::format("a record id that begins with {} is wanted", prefix), name);
    return *id;
  }
  Result<std::int64_t> number(const std::string& name, std::int64_t low, std::int64_t high) const {
    const auto number = parse_digits(text(name));
    if (!number || *number < low || *number > high)
      return bad(number_, fmt::format("a whole number from {} to {} is wanted", low, high), name);
    return *number;
  }
  Result<bool> truth(const std::string& name) const {
    const auto value = lower(text(name));
    if (value == "true" || value == "y" || value == "1") return true;
    if (value.empty() || value == "false" || value == "n" || value == "0") return false;
    return bad(number_, "true or false is wanted", name);
  }
  Result<Time> time(const std::string& name) const {
    const auto time = parse_rfc3339(text(name));
    if (!time) return bad(number_, "a date such as 2026-01-31T08:15:00.000Z is wanted", name);
    return *time;
  }

 private:
  const ExtensionRow& row_;
  const std::size_t number_;
};

template <class T, class F>
Result<std::vector<T>> read_each(const std::vector<ExtensionRow>& rows, F&& read) {
  std::vector<T> all;
  all.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Result<T> one = read(Reader(rows[i], i));
    if (!one) return std::unexpected(std::move(one).error());
    all.push_back(std::move(*one));
  }
  return all;
}

Result<SyncedContact> read_contact(const Reader& row) {
  SB_CHECK(row.only({"id", "email", "firstname", "lastname", "phone", "class__c", "deleted"}));
  SyncedContact contact;
  SB_TRY(id, row.id("id", kContactPrefix));
  contact.id.value = id;
  SB_TRY(deleted, row.truth("deleted"));
  contact.deleted = deleted;
  contact.email = row.text("email");
  contact.first_name = row.text("firstname");
  contact.last_name = row.text("lastname");
  contact.phone = row.text("phone");
  if (row.has("class__c")) contact.class_name = row.text("class__c");
  return contact;
}

Result<SyncedRequest> read_request(const Reader& row) {
  SB_CHECK(
      row.only({"id", "contact__c", "product_sku__c", "site__c", "locale__c", "quantity__c",
                "status__c", "requested_date__c", "last_asked_date__c", "class__c", "deleted"}));
  SyncedRequest request;
  SB_TRY(id, row.id("id", kRequestPrefix));
  request.id.value = id;
  SB_TRY(deleted, row.truth("deleted"));
  request.deleted = deleted;
  if (deleted) return request;
  SB_TRY(contact, row.id("contact__c", kContactPrefix));
  request.contact.value = contact;
  request.sku = row.text("product_sku__c");
  request.site = row.text("site__c");
  request.locale = row.text("locale__c");
  if (row.has("class__c")) request.class_name = row.text("class__c");
  SB_TRY(quantity, row.number("quantity__c", 1, 1'000'000));
  request.quantity = static_cast<int>(quantity);
  const auto status = parse_enum<RequestStatus>(row.text("status__c"));
  if (!status)
    return fail(ErrorCode::invalid, "row-invalid", "a row's Status__c is none of the statuses",
                "status__c");
  request.status = *status;
  SB_TRY(asked, row.time("requested_date__c"));
  request.requested_at = request.asked_at = asked;
  if (!row.text("last_asked_date__c").empty()) {
    SB_TRY(again, row.time("last_asked_date__c"));
    request.asked_at = std::max(asked, again);
  }
  return request;
}

}  // namespace

Result<std::vector<ExtensionRow>> parse_rows(std::string_view body) {
  boost::json::parse_options options;
  options.max_depth = 8;
  boost::system::error_code error;
  const auto value =
      boost::json::parse(boost::json::string_view(body.data(), body.size()), error, {}, options);
  if (error || !value.is_array())
    return fail(ErrorCode::invalid, "rows-invalid", "the body must be a JSON array of rows");
  const auto& array = value.get_array();
  if (array.size() > kMostRows)
    return fail(ErrorCode::invalid, "rows-too-many", fmt::format("at most {} rows", kMostRows));
  std::vector<ExtensionRow> rows(array.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!array[i].is_object()) return bad(i, "a row is an object with keys and values");
    for (const auto& [name, part] : array[i].get_object()) {
      if (name != "keys" && name != "values") return bad(i, "a row has keys and values, no more");
      SB_CHECK(take_columns(part, i, rows[i]));
    }
  }
  return rows;
}

Result<std::vector<SyncedContact>> read_contacts(const std::vector<ExtensionRow>& rows) {
  return read_each<SyncedContact>(rows, [](const Reader& row) { return read_contact(row); });
}

Result<std::vector<SyncedRequest>> read_requests(const std::vector<ExtensionRow>& rows) {
  return read_each<SyncedRequest>(rows, [](const Reader& row) { return read_request(row); });
}

Result<std::vector<StockObservation>> read_stock(const std::vector<ExtensionRow>& rows, Time now) {
  return read_each<StockObservation>(rows, [now](const Reader& row) -> Result<StockObservation> {
    SB_CHECK(row.only({"sku", "instock", "ats", "observedat"}));
    StockObservation seen;
    seen.sku = row.text("sku");
    if (seen.sku.empty() || seen.sku.size() > 100)
      return fail(ErrorCode::invalid, "row-invalid", "a row's SKU has 1 to 100 characters", "sku");
    SB_TRY(in_stock, row.truth("instock"));
    seen.in_stock = in_stock;
    SB_TRY(units, row.number("ats", 0, std::int64_t{1} << 53));
    seen.ats = units;
    SB_TRY(at, row.time("observedat"));
    seen.observed_at = std::min(at, now);
    return seen;
  });
}

Result<std::int64_t> read_position(const std::vector<ExtensionRow>& rows) {
  if (rows.size() != 1)
    return fail(ErrorCode::invalid, "rows-invalid", "one row is wanted: the reader's position");
  const Reader row(rows[0], 0);
  SB_CHECK(row.only({"consumer", "sequence"}));
  return row.number("sequence", 0, INT64_MAX);
}

std::optional<std::int64_t> parse_digits(std::string_view text) {
  std::int64_t number = 0;
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || text.empty() || number < 0) return {};
  return number;
}

Result<std::int64_t> parse_sequence_filter(std::string_view filter) {
  const auto text = lower(text::trim(filter));
  constexpr std::string_view kForm = "sequence gt ";
  const auto sequence = text.starts_with(kForm)
                            ? parse_digits(std::string_view(text).substr(kForm.size()))
                            : std::nullopt;
  if (!sequence)
    return fail(ErrorCode::invalid, "filter-invalid", "$filter must be: Sequence gt NUMBER",
                "$filter");
  return *sequence;
}

}  // namespace stockbell::engagement
