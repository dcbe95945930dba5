#include "engagement/extensions/extension_routes.h"

#include "base/id.h"
#include "engagement/extensions/paging.h"
#include "platform/text/json.h"
#include "sql/engagement_extension.sql.h"

namespace stockbell::engagement {
namespace {

void write_contact(text::JsonWriter& json, const db::Row& row) {
  json.begin_object()
      .member("id", to_record_id(kContactPrefix, row.i64(0)))
      .member("email", row.text(1))
      .member("first_name", row.text(2))
      .member("last_name", row.text(3))
      .member("phone", row.text(4))
      .member("class", row.text(5))
      .end_object();
}

void write_request(text::JsonWriter& json, const db::Row& row) {
  json.begin_object()
      .member("id", to_record_id(kRequestPrefix, row.i64(0)))
      .member("contact_id", to_record_id(kContactPrefix, row.i64(1)))
      .member("sku", row.text(2))
      .member("site", row.text(3))
      .member("locale", row.text(4))
      .member("quantity", row.i64(5))
      .member("status", row.text(6))
      .member("stage", row.text(7))
      .member("requested_at", to_rfc3339(from_ms(row.i64(8))))
      .member("synchronized_at", to_rfc3339(from_ms(row.i64(9))))
      .member("class", row.text(10))
      .end_object();
}

struct Extension {
  std::string_view name, prefix;
  const db::Statement& list;
  void (*write)(text::JsonWriter&, const db::Row&);
};

constexpr Extension kExtensions[] = {
    {"Contact_Salesforce", kContactPrefix, sql::engagement_extension::list_contacts, write_contact},
    {"Back_In_Stock__c_Salesforce", kRequestPrefix, sql::engagement_extension::list_requests,
     write_request},
};

Result<http::Response> list_rows(db::Database& database, const Extension& extension,
                                 const http::Request& request) {
  SB_TRY(page, parse_page(request));
  std::int64_t id = 0;
  if (const auto wanted = request.query_value("id")) {
    const auto parsed = parse_record_id(extension.prefix, *wanted);
    if (!parsed)
      return fail(ErrorCode::invalid, "id-invalid",
                  fmt::format("id must be a record id that starts with {}", extension.prefix),
                  "id");
    id = *parsed;
  }
  auto rows = database.read([&](db::Session& session) {
    return session.query(extension.list, {page.before, id, page.limit});
  });
  if (!rows) return std::unexpected(std::move(rows).error());
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& row : *rows) extension.write(json, row);
  json.end_array();
  write_next_cursor(json, page, rows->size(), rows->empty() ? 0 : rows->back().i64(0));
  json.end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace

Result<std::optional<http::Response>> list_synchronised_rows(db::Database& database,
                                                             const http::Request& request) {
  for (const auto& extension : kExtensions) {
    if (extension.name != request.parameter("name")) continue;
    SB_TRY(answer, list_rows(database, extension, request));
    return std::optional(std::move(answer));
  }
  return std::optional<http::Response>();
}

}  // namespace stockbell::engagement
