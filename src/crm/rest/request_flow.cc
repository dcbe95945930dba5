// The flow BackInStockRequest: step 3 where the shop runs elsewhere.
#include "crm/objects/values.h"
#include "crm/rest/flows.h"
#include "platform/text/text.h"

namespace stockbell::crm::rest {
namespace {

// Reads the members of an input by the rules of object fields, and remembers the first that is
// wrong.
class InputReader {
 public:
  InputReader(const objects::Schema& schema, const boost::json::object& input)
      : schema_(schema), input_(input) {}

  std::string text(std::string_view name, int length, bool required = false) {
    objects::Field field;
    field.length = length;
    field.required = required;
    const auto value = read(field, name);
    const auto* text = value ? std::get_if<std::string>(&value->get()) : nullptr;
    return text ? *text : "";
  }
  std::string email(std::string_view name) {
    objects::Field field;
    field.type = objects::FieldType::email;
    field.length = 254;
    field.required = true;
    const auto value = read(field, name);
    const auto* text = value ? std::get_if<std::string>(&value->get()) : nullptr;
    return text ? *text : "";
  }
  std::optional<std::int64_t> number(std::string_view name, objects::FieldType type) {
    objects::Field field;
    field.type = type;
    const auto value = read(field, name);
    const auto* number = value ? std::get_if<std::int64_t>(&value->get()) : nullptr;
    return number ? std::optional(*number) : std::nullopt;
  }
  void refuse(Error error) {
    if (!error_) error_ = std::move(error);
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  std::optional<db::Value> read(objects::Field& field, std::string_view name) {
    field.name = field.label = std::string(name);
    const auto* member = find_member(input_, name);
    auto value = objects::value_from_json(field, schema_, member ? *member : boost::json::value());
    if (!value) {
      refuse(value.error());
      return {};
    }
    if (!objects::is_null(field, *value)) return *value;
    if (field.required)
      refuse({ErrorCode::invalid, "REQUIRED_FIELD_MISSING",
              fmt::format("Required fields are missing: [{}]", name), std::string(name)});
    return {};
  }

  const objects::Schema& schema_;
  const boost::json::object& input_;
  std::optional<Error> error_;
};

Result<NotificationRequest> read_request(const objects::Schema& schema,
                                         const boost::json::object& input, Time now) {
  InputReader reader(schema, input);
  NotificationRequest request;
  request.request_key = reader.text("Request_Key__c", 100);
  request.email = reader.email("Email");
  request.first_name = reader.text("FirstName", 40);
  request.last_name = reader.text("LastName", 80);
  request.phone = reader.text("Phone", 40);
  request.sku = reader.text("Product_SKU__c", 100, true);
  request.site = reader.text("Site__c", 100);
  request.locale = reader.text("Locale__c", 35);
  const auto quantity = reader.number("Quantity__c", objects::FieldType::integer).value_or(1);
  if (quantity < 1 || quantity > 1'000'000)
    reader.refuse({ErrorCode::invalid, "NUMBER_OUTSIDE_VALID_RANGE",
                   "Quantity__c: value outside of valid range", "Quantity__c"});
  const auto requested = reader.number("Requested_Date__c", objects::FieldType::date_time);
  const auto consented = reader.number("Consent_Given_Date__c", objects::FieldType::date_time);
  request.consent.text_version = reader.text("Consent_Text_Version__c", 255);
  request.consent.page_url = reader.text("Consent_Page_URL__c", 2000);
  request.needs_confirmation =
      reader.number("Needs_Confirmation__c", objects::FieldType::checkbox).value_or(0) != 0;
  if (reader.error()) return std::unexpected(*reader.error());
  const auto address = text::parse_email(request.email);
  if (!address) return std::unexpected(address.error());
  request.email = address->address;
  request.email_normalized = address->normalized;
  if (request.site.empty()) request.site = "default";
  request.quantity = static_cast<int>(quantity);
  request.requested_at = requested ? from_ms(*requested) : now;
  if (consented) request.consent.given_at = from_ms(*consented);
  return request;
}

std::string refused(const Error& given) {
  const auto error = in_their_words(given);
  text::JsonWriter json;
  return json.begin_object()
      .member("isSuccess", false)
      .member("errorCode", error.reason)
      .member("ErrorMessage", error.message)
      .member("Flow__InterviewStatus", "Finished")
      .end_object()
      .str();
}

}  // namespace

Result<std::string> run_back_in_stock_request(const Call& call, RestParts& parts,
                                              const boost::json::object& input) {
  auto request = read_request(parts.schema(), input, parts.clock.now());
  if (!request) return refused(request.error());
  if (request->request_key.empty()) request->request_key = parts.records.new_key();
  SB_CHECK(parts.records.ensure_user(call.request.principal.name));
  const auto receipt =
      parts.requests.submit(*request, records::user_of(call.request.principal.name));
  if (!receipt) {
    if (receipt.error().code == ErrorCode::invalid) return refused(receipt.error());
    return std::unexpected(receipt.error());
  }
  text::JsonWriter json;
  return json.begin_object()
      .member("contactId", to_record_id(kContactPrefix, receipt->contact.value))
      .member("requestId", to_record_id(kRequestPrefix, receipt->request.value))
      .member("contactCreated", receipt->contact_created)
      .member("requestCreated", receipt->request_created)
      .member("isSuccess", true)
      .member("Flow__InterviewStatus", "Finished")
      .end_object()
      .str();
}

}  // namespace stockbell::crm::rest
