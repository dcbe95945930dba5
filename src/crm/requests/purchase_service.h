// What a purchase means for the requests of who bought: they have served their purpose. One
// transaction each; thread-safe. Wakes the change log's readers.
#pragma once
#include <functional>

#include "contracts/purchases.h"
#include "crm/objects/change_clock.h"
#include "crm/requests/types.h"
#include "platform/db/database.h"

namespace stockbell::crm::requests {

class PurchaseService final : public Purchases {
 public:
  PurchaseService(db::Database& db, const Clock& clock, Random& random,
                  objects::ChangeClock& changes, std::function<void()> wake_readers)
      : db_(db), changes_(changes), ids_(clock, random), wake_readers_(std::move(wake_readers)) {}

  static std::span<const db::Migration> migrations();

  Result<> record(const Purchase& purchase) override;

 private:
  Result<bool> close_requests(db::Session& session, const Purchase& purchase, Written written);

  db::Database& db_;
  objects::ChangeClock& changes_;
  IdGenerator ids_;
  std::function<void()> wake_readers_;
};

}  // namespace stockbell::crm::requests
