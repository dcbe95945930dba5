// What commerce holds of people: captured requests with their consent, and those still in the
// outbox to the CRM. Thread-safe.
#pragma once
#include "commerce/capture/capture_service.h"
#include "contracts/personal_data.h"

namespace stockbell::commerce {

class CapturePersonalData final : public PersonalData {
 public:
  CapturePersonalData(db::Database& database, const Clock& clock, CaptureService& capture)
      : database_(database), clock_(clock), capture_(capture) {}

  std::string_view box() const override { return "commerce"; }
  Result<std::string> export_of(const std::string& address) override;
  Result<ErasedRows> erase(const std::vector<std::string>& addresses,
                           const std::vector<std::string>& receipts) override;
  Result<std::vector<std::string>> find_unerased(const std::vector<std::string>& receipts) override;
  Result<> for_each_address(const std::function<void(std::string_view)>& each) override;

 private:
  db::Database& database_;
  const Clock& clock_;
  CaptureService& capture_;
};

}  // namespace stockbell::commerce
