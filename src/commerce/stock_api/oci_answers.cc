#include "commerce/stock_api/oci_answers.h"

#include "commerce/inventory/inventory_rules.h"
#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

using Records = std::map<inventory_store::RecordKey, inventory_store::StoredRecord>;

// Several lists' records of one SKU together, as one place sees them.
struct Held {
  std::int64_t on_hand = 0, reserved = 0, safety = 0;
  std::vector<StockFuture> futures;
  std::optional<Time> effective_at;
};

Held held_of(const std::vector<std::string>& lists, const std::string& sku, const Records& records,
             std::int64_t site_safety) {
  Held held;
  for (const auto& list : lists) {
    auto found = records.find({list, sku});
    if (found == records.end()) continue;
    const auto& r = found->second.record;
    held.on_hand += r.perpetual ? kPerpetualUnits : r.allocation.value_or(0) - r.turnover;
    held.reserved += r.reserved + r.on_order;
    held.safety += r.safety_stock.value_or(site_safety);
    held.futures.insert(held.futures.end(), r.futures.begin(), r.futures.end());
    if (r.allocated_at)
      held.effective_at = std::max(held.effective_at.value_or(Time{}), *r.allocated_at);
  }
  return held;
}

void write_record(text::JsonWriter& json, const std::string& group, const std::string& sku,
                  const StockLevel& level, const Held& held) {
  json.begin_object();
  if (!group.empty()) json.member("group", group);
  json.member("sku", sku)
      .member("onHand", held.on_hand)
      .member("reserved", held.reserved)
      .member("safetyStockCount", held.safety)
      .member("atf", level.ats)
      .member("ato", level.orderable)
      .key("futures")
      .begin_array();
  for (const auto& future : held.futures) {
    json.begin_object().member("quantity", future.units);
    if (future.expected_at) json.member("expectedDate", to_rfc3339(*future.expected_at));
    json.end_object();
  }
  json.end_array();
  if (held.effective_at) json.member("effectiveDate", to_rfc3339(*held.effective_at));
  json.end_object();
}

StockLevel level_of_list(const std::string& list, const std::string& sku, const Records& records) {
  auto found = records.find({list, sku});
  return found == records.end() ? StockLevel{} : stock_level(found->second.record);
}

}  // namespace

Result<std::string> oci_availability_json(InventoryService& inventory, const OciQuery& query) {
  for (const auto& group : query.groups)
    if (!inventory.sites().find(group))
      return fail(ErrorCode::not_found, "group-unknown", "there is no site \"" + group + "\"",
                  "groups");
  text::JsonWriter json;
  json.begin_object().key("groups").begin_array();
  for (const auto& group : query.groups) {
    const auto& site = *inventory.sites().find(group);
    SB_TRY(items, inventory.availability(site, query.skus));
    SB_TRY(records, inventory.database().read([&](db::Session& session) {
      return inventory_store::find(session, site.inventory_lists, query.skus);
    }));
    json.begin_object().member("id", group).key("records").begin_array();
    for (const auto& item : items)
      write_record(json, "", item.sku, item.level,
                   held_of(site.inventory_lists, item.sku, records, site.safety_stock));
    json.end_array().end_object();
  }
  json.end_array().key("locations").begin_array();
  std::vector<std::string> lists;
  for (const auto& location : query.locations) {
    SB_TRY(list, inventory.list_here(location));
    lists.push_back(std::move(list));
  }
  SB_TRY(records, inventory.database().read([&](db::Session& session) {
    return inventory_store::find(session, lists, query.skus);
  }));
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const auto& list = lists[i];
    json.begin_object().member("id", query.locations[i]).key("records").begin_array();
    for (const auto& sku : query.skus)
      if (records.contains({list, sku}))
        write_record(json, "", sku, level_of_list(list, sku, records),
                     held_of({list}, sku, records, 0));
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return std::move(json).str();
}

// Rows are numbered across groups, so the next position is the least that every group has reached.
Result<std::string> oci_deltas_json(InventoryService& inventory, const OciToken& token) {
  text::JsonWriter json;
  auto next = token;
  bool done = true;
  for (const auto& group : token.groups)
    if (!inventory.sites().find(group))
      return fail(ErrorCode::not_found, "group-unknown", "there is no site \"" + group + "\"",
                  "places");
  SB_CHECK(inventory.database().read([&](db::Session& session) -> Result<> {
    json = {};
    json.begin_object().key("records").begin_array();
    SB_TRY(last, site_stock_store::last_sequence(session));
    std::int64_t reached = last;
    done = true;
    std::vector<std::vector<site_stock_store::SiteStock>> changes;
    for (const auto& group : token.groups) {
      SB_TRY(rows, site_stock_store::changes_after(session, group, token.sequence, kDeltasAtOnce));
      if (rows.size() == kDeltasAtOnce) {
        done = false;
        reached = std::min(reached, rows.back().sequence);
      }
      changes.push_back(std::move(rows));
    }
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const auto& site = *inventory.sites().find(token.groups[i]);
      std::erase_if(changes[i], [&](const auto& row) { return row.sequence > reached; });
      std::vector<std::string> skus;
      for (const auto& row : changes[i]) skus.push_back(row.sku);
      SB_TRY(records, inventory_store::find(session, site.inventory_lists, skus));
      for (const auto& row : changes[i])
        write_record(json, site.key, row.sku, row.level,
                     held_of(site.inventory_lists, row.sku, records, site.safety_stock));
    }
    next.sequence = std::max(reached, token.sequence);
    return {};
  }));
  json.end_array().key("deltaToken").raw(oci_token_json(next)).member("done", done).end_object();
  return std::move(json).str();
}

std::string oci_status_json(std::int64_t id, bool given, const ImportReport& report) {
  std::string_view status = "WAITING_FOR_UPLOAD";
  if (given) {
    switch (report.state) {
      case ImportState::waiting:
        status = "PENDING";
        break;
      case ImportState::running:
        status = "RUNNING";
        break;
      case ImportState::failed:
        status = "FAILED";
        break;
      case ImportState::done:
        status = report.rows_refused > 0 ? "COMPLETED_WITH_ERRORS" : "COMPLETED";
        break;
    }
  }
  text::JsonWriter json;
  json.begin_object().member("importId", std::to_string(id)).member("status", status);
  if (given) {
    json.member("recordsRead", report.rows_read)
        .member("recordsChanged", report.rows_changed)
        .member("recordsRefused", report.rows_refused)
        .member("error", report.error)
        .key("errors")
        .begin_array();
    for (const auto& row : report.refused)
      json.begin_object()
          .member("line", row.line)
          .member("reason", row.reason)
          .member("message", row.message)
          .end_object();
    json.end_array();
  }
  json.end_object();
  return std::move(json).str();
}

}  // namespace stockbell::commerce
