// What stock is told and asked over HTTP: our own body, OCAPI's records, Omnichannel Inventory's
// queries, tokens and import lines.
#include "commerce/inventory/inventory_rules.h"
#include "commerce/stock_api/native_routes.h"
#include "commerce/stock_api/ocapi_routes.h"
#include "commerce/stock_api/oci_documents.h"
#include "fuzz/fuzz.h"

using namespace stockbell;

namespace {

void check(const Result<commerce::StockChange>& change) {
  if (!change) {
    REQUIRE(!change.error().reason.empty());
    return;
  }
  for (const auto& units :
       {change->allocation, change->reserved, change->safety_stock, change->preorder_allocation})
    REQUIRE(!units || *units >= 0);
  const auto record = commerce::changed_record(*change, nullptr, Time(std::chrono::hours(490'000)));
  const auto level = commerce::stock_level(record);
  REQUIRE(level.ats >= 0 && level.orderable >= level.ats);
  REQUIRE(level.in_stock() == (level.ats > 0));
}

}  // namespace

FUZZ_TARGET(stock_bodies) {
  check(commerce::change_of_json(input));
  check(commerce::change_of_ocapi(input, true));
  check(commerce::change_of_ocapi(input, false));
  if (auto query = commerce::parse_oci_query(input))
    REQUIRE(!query->skus.empty() && query->skus.size() <= 100);
  if (auto token = commerce::parse_oci_token(input)) {
    auto again = commerce::parse_oci_token(commerce::oci_token_json(*token));
    REQUIRE(again && again->groups == token->groups && again->sequence == token->sequence);
  }
  commerce::OciLines lines;
  std::int64_t number = 0;
  for (std::size_t from = 0; from <= input.size(); ++number) {
    const auto end = std::min(input.find('\n', from), input.size());
    auto record = lines.take(input.substr(from, end - from), number);
    if (record && !record->refused()) {
      REQUIRE(!record->change().sku.empty() && !record->change().list.empty());
      check(record->change());
    }
    from = end + 1;
  }
}
