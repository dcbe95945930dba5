#include "engagement/data_extensions/builtin_extensions.h"

#include "base/id.h"

namespace stockbell::engagement {
namespace {

struct Field {
  const char* name;
  ColumnType type;
  int length;
  const char* sql;
  std::string_view record_prefix{};
  bool is_key = false;
};

struct Window {
  const char* key;
  ExtensionKind kind;
  const char* description;
  const char* row_id;  // the order of its rows
  const char* from;
  std::vector<Field> fields;
};

constexpr auto kText = ColumnType::text;
constexpr auto kNumber = ColumnType::number;
constexpr auto kDate = ColumnType::date;
constexpr auto kTruth = ColumnType::boolean;
constexpr auto kEmail = ColumnType::email_address;
constexpr auto kWhole = ColumnType::decimal;  // of 19 digits: ids of ours
constexpr auto kView = ExtensionKind::view;
constexpr auto kSynchronised = ExtensionKind::synchronised;

constexpr const char* kMessages = "message m LEFT JOIN ext_contact c ON c.id = m.contact_id WHERE ";

// The columns that all events have, and then their own. A job is a restock: what was sent for it.
std::vector<Field> event(const char* date, std::vector<Field> more) {
  std::vector<Field> fields = {
      {"JobID", kWhole, 19, "m.restock_id"},
      {"BatchID", kWhole, 19, "m.id"},
      {"SubscriberID", kWhole, 19, "m.contact_id"},
      {"SubscriberKey", kText, 18, "m.contact_id", kContactPrefix},
      {"EventDate", kDate, 0, date},
      {"EmailAddress", kEmail, 254, "c.email"},
      {"RequestID", kText, 18, "m.request_id", kRequestPrefix},
      {"SKU", kText, 100, "m.sku"},
      {"TriggeredSendCustomerKey", kText, 64, "'back-in-stock'"},
  };
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

std::vector<Window> synchronised() {
  return {
      {"Contact_Salesforce",
       kSynchronised,
       "Contacts, as Connect synchronises them",
       "c.id",
       "ext_contact c",
       {{"Id", kText, 18, "c.id", kContactPrefix, true},
        {"Email", kEmail, 254, "c.email"},
        {"FirstName", kText, 4000, "c.first_name"},
        {"LastName", kText, 4000, "c.last_name"},
        {"Phone", kText, 4000, "c.phone"},
        {"Class__c", kText, 100, "c.class_name"}}},
      {"Back_In_Stock__c_Salesforce",
       kSynchronised,
       "Back-in-stock requests, as Connect synchronises them",
       "r.id",
       "ext_request r",
       {{"Id", kText, 18, "r.id", kRequestPrefix, true},
        {"Contact__c", kText, 18, "r.contact_id", kContactPrefix},
        {"Product_SKU__c", kText, 100, "r.sku"},
        {"Site__c", kText, 100, "r.site"},
        {"Locale__c", kText, 100, "r.locale"},
        {"Quantity__c", kNumber, 0, "r.quantity"},
        {"Status__c", kText, 40, "r.status"},
        {"Requested_Date__c", kDate, 0, "r.requested_at"},
        {"Last_Asked_Date__c", kDate, 0, "r.asked_at"},
        {"Class__c", kText, 100, "r.class_name"}}},
      {"Catalog_Feed",
       kSynchronised,
       "The catalog feed as last imported, with what stock is known now",
       "i.sku",
       "catalog_item i LEFT JOIN availability a ON a.sku = i.sku",
       {{"SkuID", kText, 100, "i.sku", {}, true},
        {"ProductID", kText, 4000, "i.product_id"},
        {"MasterID", kText, 4000, "i.master_id"},
        {"ProductName", kText, 4000, "i.name"},
        {"Variant", kText, 4000, "i.variant_text"},
        {"ProductLink", kText, 4000, "i.link"},
        {"ImageLink", kText, 4000, "i.image_link"},
        {"Price", kText, 4000, "i.price"},
        {"SalePrice", kText, 4000, "i.sale_price"},
        {"Description", kText, 4000, "i.description"},
        {"InStock", kText, 1, "CASE WHEN a.in_stock = 1 THEN 'Y' ELSE 'N' END"},
        {"ATS", kWhole, 19, "COALESCE(a.ats, 0)"},
        {"StockTime", kDate, 0, "a.observed_at"}}},
  };
}

std::vector<Window> views() {
  static const std::string sent = std::string(kMessages) + "m.state = 'sent'";
  static const std::string opened = std::string(kMessages) + "m.opened_at IS NOT NULL";
  static const std::string clicked = std::string(kMessages) + "m.clicked_at IS NOT NULL";
  static const std::string bounced = std::string(kMessages) + "m.state IN ('refused', 'expired')";
  const Field unique{"IsUnique", kTruth, 0, "1"};
  return {
      {"_Sent", kView, "Messages that were handed over", "m.id", sent.c_str(),
       event("m.sent_at", {})},
      {"_Open", kView, "First openings", "m.id", opened.c_str(), event("m.opened_at", {unique})},
      {"_Click", kView, "First clicks", "m.id", clicked.c_str(),
       event("m.clicked_at",
             {{"URL", kText, 4000, "m.target_url"}, {"LinkName", kText, 64, "'product'"}, unique})},
      {"_Bounce", kView, "Messages that were refused, or that could not be handed over in time",
       "m.id", bounced.c_str(),
       event("COALESCE(m.first_attempt_at, m.created_at)",
             {unique,
              {"BounceCategoryID", kNumber, 0, "CASE WHEN m.state = 'refused' THEN 1 ELSE 2 END"},
              {"BounceCategory", kText, 50,
               "CASE WHEN m.state = 'refused' THEN 'Hard bounce' ELSE 'Soft bounce' END"},
              {"SMTPCode", kNumber, 0, "m.smtp_code"},
              {"SMTPBounceReason", kText, 4000, "m.detail"}})},
      {"_Unsubscribe",
       kView,
       "Who is never written to any more, and is known still",
       "c.id",
       "ext_contact c JOIN suppression s ON s.address_key = c.address_key",
       {{"SubscriberID", kWhole, 19, "c.id"},
        {"SubscriberKey", kText, 18, "c.id", kContactPrefix, true},
        {"EventDate", kDate, 0, "s.at"},
        {"EmailAddress", kEmail, 254, "c.email"},
        {"Reason", kText, 100, "s.reason"},
        unique}},
      {"_Subscribers",
       kView,
       "Contacts, and whether they may be written to",
       "c.id",
       "ext_contact c LEFT JOIN suppression s ON s.address_key = c.address_key",
       {{"SubscriberID", kWhole, 19, "c.id"},
        {"SubscriberKey", kText, 18, "c.id", kContactPrefix, true},
        {"EmailAddress", kEmail, 254, "c.email"},
        {"Status", kText, 20, "CASE WHEN s.at IS NULL THEN 'active' ELSE 'unsubscribed' END"},
        {"DateUnsubscribed", kDate, 0, "s.at"},
        {"SubscriberType", kText, 20, "'external'"}}},
  };
}

bool is_textual(const Field& field) {
  return field.record_prefix.empty() && (field.type == kText || field.type == kEmail);
}

DataExtension made_of(const Window& window, bool postgresql) {
  DataExtension extension;
  extension.key = extension.name = window.key;
  extension.description = window.description;
  extension.kind = window.kind;
  auto source = fmt::format("(SELECT {} AS row_id", window.row_id);
  for (const auto& field : window.fields) {
    Column column;
    column.name = field.name;
    column.type = field.type;
    column.length = field.length;
    column.is_key = field.is_key;
    column.nullable = !field.is_key;
    column.record_prefix = field.record_prefix;
    source += fmt::format(", {}{} AS {}", field.sql,
                          postgresql && is_textual(field) ? " COLLATE \"C\"" : "",
                          column_sql(extension.columns.size()));
    extension.columns.push_back(std::move(column));
  }
  extension.source = source + " FROM " + window.from + ")";
  return extension;
}

std::vector<DataExtension> all_for(bool postgresql) {
  std::vector<DataExtension> all;
  for (const auto& windows : {synchronised(), views()})
    for (const auto& window : windows) all.push_back(made_of(window, postgresql));
  return all;
}

}  // namespace

const std::vector<DataExtension>& builtin_extensions(bool postgresql) {
  static const auto sqlite_ones = all_for(false), postgresql_ones = all_for(true);
  return postgresql ? postgresql_ones : sqlite_ones;
}

const DataExtension* find_builtin(bool postgresql, std::string_view key) {
  const auto folded = fold_name(key);
  for (const auto& extension : builtin_extensions(postgresql))
    if (fold_name(extension.key) == folded) return &extension;
  return nullptr;
}

std::string record_id_sql(std::string_view prefix, std::string_view number) {
  std::string digits[12], characters[15];
  std::int64_t place = 1;
  for (int k = 0; k < 12; ++k) {
    // 62^11 is beyond 63 bits: the foremost digit of an id is always 0.
    digits[11 - k] = k == 11 ? "0" : fmt::format("CAST(({} / {}) % 62 AS INTEGER)", number, place);
    if (k < 10) place *= 62;  // 62^10 still fits
  }
  for (std::size_t i = 0; i < 3; ++i) characters[i] = fmt::format("'{}'", prefix[i]);
  for (std::size_t i = 0; i < 12; ++i)
    characters[i + 3] = fmt::format(
        "substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 1 + {}, 1)",
        digits[i]);
  std::string text = "(";
  for (const auto& character : characters) text += character + " || ";
  for (std::size_t chunk = 0; chunk < 3; ++chunk) {
    std::string bits = "1";
    for (std::size_t i = 0; i < 5; ++i) {
      const auto at = chunk * 5 + i;
      if (at < 3)
        bits += prefix[at] >= 'A' && prefix[at] <= 'Z' ? fmt::format(" + {}", 1 << i) : "";
      else
        bits += fmt::format(" + CASE WHEN {} BETWEEN 10 AND 35 THEN {} ELSE 0 END", digits[at - 3],
                            1 << i);
    }
    text += fmt::format("{}substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', {}, 1)", chunk ? " || " : "",
                        bits);
  }
  return text + ")";
}

}  // namespace stockbell::engagement
