// What the CRM holds of people: contacts, their requests with timelines, and the evidence of their
// consent. Erased rows go for good: a tombstone and a row of the change log tell clients and
// Connect that they were deleted. Thread-safe.
#pragma once
#include <span>

#include "contracts/personal_data.h"
#include "crm/contacts/contact_service.h"
#include "crm/objects/change_clock.h"
#include "platform/db/database.h"

namespace stockbell::crm::requests {

class CrmPersonalData final : public PersonalData {
 public:
  static std::span<const db::Migration> migrations();
  CrmPersonalData(db::Database& db, objects::ChangeClock& changes,
                  contacts::ContactService& contacts)
      : db_(db), changes_(changes), contacts_(contacts) {}

  // What else of the CRM an erasure takes, in its transaction, and what follows its commit. Before
  // the first erasure.
  struct Also {
    std::function<Result<>(db::Session&, Time now)> erase;
    std::function<void()> after;
  };
  void also(Also part) { others_.push_back(std::move(part)); }

  std::string_view box() const override { return "crm"; }
  Result<std::string> export_of(const std::string& address) override;
  Result<ErasedRows> erase(const std::vector<std::string>& addresses,
                           const std::vector<std::string>& receipts) override;
  Result<std::vector<std::string>> find_unerased(const std::vector<std::string>& receipts) override;
  Result<> for_each_address(const std::function<void(std::string_view)>& each) override;

 private:
  db::Database& db_;
  objects::ChangeClock& changes_;
  contacts::ContactService& contacts_;
  std::vector<Also> others_;
};

}  // namespace stockbell::crm::requests
