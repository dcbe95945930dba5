#include "engagement/messages/delivery_routes.h"

#include "engagement/extensions/paging.h"
#include "engagement/messages/message_store.h"

namespace stockbell::engagement {
namespace {

void write_time(text::JsonWriter& json, std::string_view name, const std::optional<Time>& time) {
  json.key(name);
  if (time)
    json.value(to_rfc3339(*time));
  else
    json.value(nullptr);
}

void write_delivery(text::JsonWriter& json, const Delivery& delivery) {
  json.begin_object()
      .member("id", std::to_string(delivery.id.value))
      .member("kind", delivery.kind);
  // Of a notice: the first request it speaks of, if it does; no restock.
  json.key("request");
  delivery.request ? json.value(to_record_id(kRequestPrefix, delivery.request.value))
                   : json.value(nullptr);
  json.key("restock");
  delivery.restock ? json.value(std::to_string(delivery.restock.value)) : json.value(nullptr);
  json.member("sku", delivery.sku)
      .member("state", delivery.state)
      .member("message_id", delivery.message_id)
      .member("queued_at", to_rfc3339(delivery.created_at))
      .member("attempts", delivery.attempts);
  write_time(
      json, "next_attempt_at",
      delivery.state == to_text(MessageState::queued) ? std::optional(delivery.due) : std::nullopt);
  write_time(json, "sent_at", delivery.sent_at);
  write_time(json, "opened_at", delivery.opened_at);
  write_time(json, "clicked_at", delivery.clicked_at);
  json.member("smtp_code", delivery.smtp_code).member("detail", delivery.detail).end_object();
}

Result<http::Response> list_deliveries(db::Database& database, const http::Request& request) {
  SB_TRY(page, parse_page(request));
  const auto state = request.query_value("state").value_or("");
  if (!state.empty() && !parse_enum<MessageState>(state))
    return fail(ErrorCode::invalid, "state-invalid",
                "state is queued, leased, sent, withdrawn, cancelled, refused or expired", "state");
  const auto sku = request.query_value("sku").value_or("");
  auto rows = database.read([&](db::Session& session) {
    return MessageStore().list(session, page.before, state, sku, page.limit);
  });
  if (!rows) return std::unexpected(std::move(rows).error());
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& delivery : *rows) write_delivery(json, delivery);
  json.end_array();
  write_next_cursor(json, page, rows->size(), rows->empty() ? 0 : rows->back().id.value);
  json.end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace

void add_delivery_routes(http::Router& router, db::Database& database) {
  router.add({.method = "GET",
              .pattern = "/api/v1/deliveries",
              .least = http::Role::readonly,
              .handler = [&database](const http::Request& request) {
                return list_deliveries(database, request);
              }});
}

}  // namespace stockbell::engagement
