// Which items are not for sale, site by site: table item_offline, derived from flags and dates of
// the item and its master (and their overrides by site), kept by CatalogService. A deleted product
// is offline; a SKU the catalog never had is not. Site "" stands for every site without overrides.
// Stateless; each function runs in the caller's transaction.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "platform/db/database.h"

namespace stockbell::commerce::online_store {

Result<bool> is_offline(db::Session& session, const std::string& site, const std::string& sku);

struct Offline {
  std::string sku, site;
  auto operator<=>(const Offline&) const = default;
};
// Those of `skus` that are offline, with each site where they are.
Result<std::set<Offline>> list_offline(db::Session& session, const std::vector<std::string>& skus);

// These products and the variants of those among them that are masters.
Result<std::vector<std::string>> items_under(db::Session& session,
                                             const std::vector<std::string>& ids);
// Derives the rows of these products and their variants anew and notes the dates at which that is
// due again; `sites` without "". Returns the SKUs of which a row came or went.
Result<std::vector<std::string>> derive(db::Session& session, const std::vector<std::string>& ids,
                                        const std::vector<std::string>& sites, Time now);

// Products with a date that has passed, at most `limit`, forgotten by this call.
Result<std::vector<std::string>> take_passed(db::Session& session, Time now, int limit);
Result<std::optional<Time>> next_boundary(db::Session& session);

// The sites the rows were last derived for, as a JSON array; "" before the first time.
Result<std::string> derived_sites(db::Session& session);
Result<> put_derived_sites(db::Session& session, const std::string& sites);
Result<std::vector<std::string>> products_after(db::Session& session, const std::string& id,
                                                int limit);

}  // namespace stockbell::commerce::online_store
