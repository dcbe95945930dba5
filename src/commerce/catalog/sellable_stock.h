// The catalog's door to stock: what is for sale and what is in stock decide together whether an item
// can be bought, so a change of either is told to Engagement in the transaction that makes it. The
// commerce box joins it to InventoryService.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "platform/db/database.h"

namespace stockbell::commerce {

// What a catalog transaction did to what can be bought.
struct CatalogEffect {
  std::vector<std::string> online_changed;  // SKUs that went on- or offline on some site
  std::vector<std::string> groups_changed;  // sets and bundles whose members may have changed
};

class SellableStock {
 public:
  using Unit = std::function<Result<CatalogEffect>(db::Session&)>;
  virtual ~SellableStock() = default;
  // Runs the unit in one write transaction, in turn with the writers of stock. Before it commits,
  // the stock of changed groups (and of the groups that SKUs which went on- or offline belong to)
  // is derived anew, and an event is queued for each site and SKU that can now be bought and could
  // not before, or the other way.
  virtual Result<> change(const Unit& unit) = 0;
};

// For a catalog without stock: runs the unit, tells nobody.
class CatalogAlone final : public SellableStock {
 public:
  explicit CatalogAlone(db::Database& database) : database_(database) {}
  Result<> change(const Unit& unit) override {
    return database_.write([&](db::Session& session) -> Result<> {
      SB_CHECK(unit(session));
      return {};
    });
  }

 private:
  db::Database& database_;
};

}  // namespace stockbell::commerce
