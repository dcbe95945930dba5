#include "engagement/events/event_service.h"

#include <set>

#include "engagement/data_extensions/column_values.h"
#include "engagement/data_extensions/row_sql.h"
#include "platform/text/text.h"
#include "sql/engagement_event.sql.h"

namespace stockbell::engagement {
namespace {

namespace statements = sql::engagement_event;

constexpr int kRowsAtOnce = 100'000;

std::unexpected<Error> bad(std::string message, std::string field) {
  return fail(ErrorCode::invalid, "event-definition-invalid", std::move(message), std::move(field));
}

EventDefinition definition_of(const db::Row& row) {
  return {row.i64(0),  row.text(1), row.text(2),         row.text(3), row.text(4),
          row.text(5), row.text(6), from_ms(row.i64(7)), row.i64(8)};
}

bool is_key(const std::string& key) {
  return !key.empty() && key.size() <= 100 && text::valid_utf8(key) && !text::has_control(key) &&
         !key.contains('.');
}

}  // namespace

std::span<const db::Migration> EventService::migrations() {
  static constexpr db::Migration kMigrations[] = {{"engagement.events/1", statements::schema_1}};
  return kMigrations;
}

Result<EventDefinition> EventService::define(EventDefinition wanted) {
  if (wanted.key.empty()) wanted.key = "APIEvent-" + make_guid(parts_.random);
  if (wanted.name.empty()) wanted.name = wanted.key;
  if (!is_key(wanted.key))
    return bad("eventDefinitionKey has 1 to 100 characters and no periods", "eventDefinitionKey");
  if (wanted.name.size() > 200 || !text::valid_utf8(wanted.name))
    return bad("name has at most 200 bytes", "name");
  if (!parts_.is_journey(wanted.journey))
    return bad("there is no journey of this key that runs", "journeyKey");
  wanted.id = parts_.ids.next();
  wanted.created_at = parts_.extensions.clock().now();
  return parts_.extensions.database().write([&](db::Session& session) -> Result<EventDefinition> {
    SB_TRY(extension, parts_.extensions.definitions().get(session, wanted.extension_key));
    SB_CHECK(RowStore::check_writable(extension));
    if (wanted.request_column.empty() && wanted.sku_column.empty())
      return bad("requestField or skuField names the column that says what the event is about",
                 "requestField");
    for (const auto& column : {wanted.request_column, wanted.sku_column})
      if (!column.empty() && !extension.find_column(column))
        return bad("the data extension has no column " + column.substr(0, 128), "requestField");
    SB_TRY(made, session.execute(statements::insert_definition,
                                 {wanted.id, wanted.key, fold_name(wanted.key), wanted.name,
                                  wanted.journey, extension.key, wanted.request_column,
                                  wanted.sku_column, to_ms(wanted.created_at)}));
    if (made == 0)
      return fail(ErrorCode::conflict, "event-definition-exists",
                  "there is an event definition of this key", "eventDefinitionKey");
    return wanted;
  });
}

Result<EventDefinition> EventService::get(db::Session& session, const std::string& key) {
  SB_TRY(row, session.query_one(statements::find_definition, {fold_name(key)}));
  if (!row)
    return fail(ErrorCode::not_found, "event-definition-unknown",
                "there is no event definition of this key");
  return definition_of(*row);
}

Result<> EventService::check(db::Session& session, const std::string& key) {
  SB_CHECK(get(session, key));
  return {};
}

Result<std::vector<EventDefinition>> EventService::list() {
  auto rows = parts_.extensions.database().read(
      [&](db::Session& session) { return session.query(statements::list_definitions); });
  SB_CHECK(rows);
  std::vector<EventDefinition> all;
  for (const auto& row : *rows) all.push_back(definition_of(row));
  return all;
}

Result<> EventService::remove(const std::string& key) {
  return parts_.extensions.database().write([&](db::Session& session) -> Result<> {
    SB_CHECK(get(session, key));
    SB_CHECK(session.execute(statements::delete_definition, {fold_name(key)}));
    return {};
  });
}

// The SKU of the request that the row names, if it still waits; else the SKU that it names itself.
Result<std::optional<std::string>> EventService::sku_of(db::Session& session,
                                                        const EventDefinition& definition,
                                                        const DataExtension& extension,
                                                        const RowValues& row) {
  const auto text_in = [&](const std::string& name) -> std::string {
    const auto index = name.empty() ? std::nullopt : extension.find_column(name);
    if (!index || !row[*index]) return {};
    return format_value(extension.columns[*index], *row[*index]).value_or("");
  };
  if (const auto id = parse_record_id(kRequestPrefix, text_in(definition.request_column))) {
    SB_TRY(found, session.query_one(statements::sku_of_request, {*id}));
    return found ? std::optional(found->text(0)) : std::nullopt;
  }
  auto sku = text_in(definition.sku_column);
  return sku.empty() ? std::nullopt : std::optional(std::move(sku));
}

Result<std::string> EventService::fire(FiredEvent event) {
  if (event.contact_key.empty() || event.contact_key.size() > 254)
    return fail(ErrorCode::invalid, "event-invalid", "ContactKey has 1 to 254 bytes", "ContactKey");
  auto sku = parts_.extensions.database().write(
      [&](db::Session& session) -> Result<std::optional<std::string>> {
        auto definition = get(session, event.definition_key);
        if (!definition && definition.error().code == ErrorCode::not_found)
          return fail(ErrorCode::invalid, "event-invalid",
                      "there is no event definition of this key", "EventDefinitionKey");
        SB_CHECK(definition);
        if (!parts_.is_journey(definition->journey))
          return fail(ErrorCode::invalid, "event-invalid", "the event's journey does not run",
                      "EventDefinitionKey");
        auto extension = parts_.extensions.definitions().get(session, definition->extension_key);
        if (!extension && extension.error().code == ErrorCode::not_found)
          return fail(ErrorCode::invalid, "event-invalid", "the event's data extension was deleted",
                      "EventDefinitionKey");
        SB_CHECK(extension);
        auto fields = event.data.fields;
        for (const auto* name : {"ContactKey", "SubscriberKey"}) {
          const bool said = std::ranges::any_of(
              fields, [&](const auto& one) { return fold_name(one.first) == fold_name(name); });
          if (extension->find_column(name) && !said) fields.emplace_back(name, event.contact_key);
        }
        SB_TRY(row, RowStore::read_row(*extension, fields, event.data.nulls));
        auto& rows = parts_.extensions.rows();
        if (extension->has_key())
          SB_CHECK(rows.upsert(session, *extension, {row}));
        else
          SB_CHECK(rows.insert(session, *extension, row));
        return sku_of(session, *definition, *extension, row);
      });
  SB_CHECK(sku);
  if (*sku) parts_.note({**sku});
  return make_guid(parts_.random);
}

Result<> EventService::rows_arrived(db::Session& session, const DataExtension& extension,
                                    std::int64_t first) {
  SB_CHECK(session.execute(statements::lower_high_water, {extension.key, first - 1}));
  return {};
}

Result<std::vector<std::string>> EventService::enter_new(db::Session& session,
                                                         const std::string& key) {
  SB_TRY(definition, get(session, key));
  SB_TRY(extension, parts_.extensions.definitions().get(session, definition.extension_key));
  const auto sql =
      fmt::format("SELECT row_id, {} FROM {} WHERE row_id > $1 ORDER BY row_id LIMIT {}",
                  column_list_sql(extension), extension.source, kRowsAtOnce);
  SB_TRY(rows, session.query({"", sql, sql}, {definition.high_water}));
  std::set<std::string> skus;
  for (const auto& row : rows) {
    RowValues values;
    for (std::size_t i = 0; i < extension.columns.size(); ++i)
      values.emplace_back(row.value(i + 1));
    SB_TRY(sku, sku_of(session, definition, extension, values));
    if (sku) skus.insert(*sku);
  }
  if (!rows.empty())
    SB_CHECK(session.execute(statements::move_high_water, {definition.id, rows.back().i64(0)}));
  return std::vector<std::string>(skus.begin(), skus.end());
}

}  // namespace stockbell::engagement
