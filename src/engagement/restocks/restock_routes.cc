#include "engagement/restocks/restock_routes.h"

#include "engagement/allocation/wave_store.h"
#include "engagement/extensions/paging.h"
#include "engagement/restocks/hold_store.h"
#include "engagement/restocks/restock_store.h"
#include "platform/text/json.h"

namespace stockbell::engagement {
namespace {

struct RestockPage {
  std::vector<Restock> restocks;
  std::vector<Wave> waves;  // those of a restock side by side, in the order of the restocks
};

void write_interval(text::JsonWriter& json, Duration interval, const Conversion& measured) {
  json.begin_object()
      .member("seconds", interval.count() / 1000)
      .member("sent", measured.sent)
      .member("opened", measured.opened)
      .member("clicked", measured.clicked)
      .member("purchased", measured.purchased)
      .end_object();
}

void write_wave(text::JsonWriter& json, const Wave& wave) {
  json.begin_object()
      .member("number", wave.number)
      .member("decided_at", to_rfc3339(wave.decided_at))
      .member("rule", to_text(wave.rule))
      .member("units", wave.units);
  json.key("factor");
  if (wave.factor_percent)
    json.value(static_cast<double>(*wave.factor_percent) / 100);
  else
    json.value(nullptr);
  json.key("open_units");
  if (wave.open_units)
    json.value(*wave.open_units);
  else
    json.value(nullptr);
  json.member("invited", wave.invited).member("invited_units", wave.invited_units);
  json.key("interval");
  if (wave.interval)
    write_interval(json, *wave.interval, wave.measured);
  else
    json.value(nullptr);
  json.key("classes").begin_array();
  for (const auto& one : wave.classes)
    json.begin_object()
        .member("name", one.name)
        .member("share_percent", one.share_percent)
        .member("invited", one.invited)
        .end_object();
  json.end_array().end_object();
}

Result<http::Response> list_restocks(db::Database& database, const http::Request& request) {
  SB_TRY(page, parse_page(request));
  const auto sku = request.query_value("sku").value_or("");
  auto rows = database.read([&](db::Session& session) -> Result<RestockPage> {
    SB_TRY(restocks, RestockStore().list(session, page.before, sku, page.limit));
    SB_TRY(waves, WaveStore().list(session, page.before, sku, page.limit));
    return RestockPage{std::move(restocks), std::move(waves)};
  });
  if (!rows) return std::unexpected(std::move(rows).error());
  auto wave = rows->waves.begin();
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& restock : rows->restocks) {
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
    json.member("entered", restock.entered).key("waves").begin_array();
    for (; wave != rows->waves.end() && wave->restock == restock.id; ++wave)
      write_wave(json, *wave);
    json.end_array().end_object();
  }
  json.end_array();
  write_next_cursor(json, page, rows->restocks.size(),
                    rows->restocks.empty() ? 0 : rows->restocks.back().id.value);
  json.end_object();
  return http::Response::json(200, std::move(json).str());
}

void write_time(text::JsonWriter& json, std::string_view name, const std::optional<Time>& time) {
  json.key(name);
  if (time)
    json.value(to_rfc3339(*time));
  else
    json.value(nullptr);
}

void write_held(text::JsonWriter& json, const HeldRestock& held) {
  json.begin_object()
      .member("id", std::to_string(held.id))
      .member("sku", held.sku)
      .member("units", held.units)
      .member("source", held.source)
      .member("back_since", to_rfc3339(held.since))
      .member("rule", to_text(held.hold.why))
      .member("reason", sentence_of(held.hold, held.units))
      .member("decided_at", to_rfc3339(held.decided_at));
  write_time(json, "held_until", held.hold.until);
  write_time(json, "ended_at", held.ended_at);
  json.key("outcome");
  if (held.outcome)
    json.value(to_text(*held.outcome));
  else
    json.value(nullptr);
  json.end_object();
}

Result<http::Response> list_held(db::Database& database, const http::Request& request) {
  SB_TRY(page, parse_page(request));
  const auto sku = request.query_value("sku").value_or("");
  const auto all = request.query_value("ended").value_or("no");
  if (all != "yes" && all != "no")
    return fail(ErrorCode::invalid, "ended-invalid", "ended is yes or no", "ended");
  auto held = database.read([&](db::Session& session) {
    return HoldStore().list(session, page.before, sku, all == "no", page.limit);
  });
  if (!held) return std::unexpected(std::move(held).error());
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& one : *held) write_held(json, one);
  json.end_array();
  write_next_cursor(json, page, held->size(), held->empty() ? 0 : held->back().id);
  json.end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace

void add_restock_routes(http::Router& router, db::Database& database) {
  router.add({.method = "GET",
              .pattern = "/api/v1/restocks/held",
              .least = http::Role::readonly,
              .handler = [&database](const http::Request& request) {
                return list_held(database, request);
              }});
  router.add({.method = "GET",
              .pattern = "/api/v1/restocks",
              .least = http::Role::readonly,
              .handler = [&database](const http::Request& request) {
                return list_restocks(database, request);
              }});
}

}  // namespace stockbell::engagement
