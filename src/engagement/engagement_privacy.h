// What Engagement holds of people: its copies of contacts and requests, their messages with what
// became of them, their ways through journeys, rows of data extensions that hold their address.
// Thread-safe.
#pragma once
#include <functional>

#include "base/clock.h"
#include "base/id.h"
#include "contracts/personal_data.h"
#include "engagement/data_extensions/definition_store.h"
#include "platform/db/database.h"

namespace stockbell::engagement {

class EngagementPersonalData final : public PersonalData {
 public:
  EngagementPersonalData(db::Database& database, const Clock& clock, const DefinitionStore& definitions,
                         std::function<void(RequestId)> cancel_in_flight)
      : database_(database),
        clock_(clock),
        definitions_(definitions),
        cancel_in_flight_(std::move(cancel_in_flight)) {}

  std::string_view box() const override { return "engagement"; }
  Result<std::string> export_of(const std::string& address) override;
  // A leased message whose content is not leaving at this moment does not leave.
  Result<ErasedRows> erase(const std::vector<std::string>& addresses,
                           const std::vector<std::string>& receipts) override;
  Result<std::vector<std::string>> find_unerased(const std::vector<std::string>& receipts) override;
  Result<> for_each_address(const std::function<void(std::string_view)>& each) override;

 private:
  db::Database& database_;
  const Clock& clock_;
  const DefinitionStore& definitions_;
  std::function<void(RequestId)> cancel_in_flight_;
};

}  // namespace stockbell::engagement
