#include "engagement/restocks/restock_routes.h"

#include "engagement/extensions/paging.h"
#include "engagement/restocks/restock_store.h"
#include "platform/text/json.h"

namespace stockbell::engagement {
namespace {

Result<http::Response> list_restocks(db::Database& database, const http::Request& request) {
  SB_TRY(page, parse_page(request));
  const auto sku = request.query_value("sku").value_or("");
  auto rows = database.read([&](db::Session& session) {
    return RestockStore().list(session, page.before, sku, page.limit);
  });
  if (!rows) return std::unexpected(std::move(rows).error());
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& restock : *rows) {
    json.begin_object()
        .member("id", std::to_string(restock.id.value))
        .member("sku", restock.sku)
        .member("quantity", restock.quantity)
        .member("source", restock.source)
        .member("opened_at", to_rfc3339(restock.opened_at));
    json.key("closed_at");
    if (restock.closed_at)
      json.value(to_rfc3339(*restock.closed_at));
    else
      json.value(nullptr);
    json.member("entered", restock.entered).end_object();
  }
  json.end_array();
  write_next_cursor(json, page, rows->size(), rows->empty() ? 0 : rows->back().id.value);
  json.end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace

void add_restock_routes(http::Router& router, db::Database& database) {
  router.add({.method = "GET",
              .pattern = "/api/v1/restocks",
              .least = http::Role::readonly,
              .handler = [&database](const http::Request& request) {
                return list_restocks(database, request);
              }});
}

}  // namespace stockbell::engagement
