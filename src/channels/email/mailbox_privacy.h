// What the local mailbox holds of people: the messages to them. Thread-safe.
#pragma once
#include <set>

#include "channels/email/outbox_channel.h"
#include "contracts/personal_data.h"

namespace stockbell::channels {

class MailboxPersonalData final : public PersonalData {
 public:
  explicit MailboxPersonalData(OutboxChannel& mailbox) : mailbox_(mailbox) {}

  std::string_view box() const override { return "mailbox"; }
  Result<std::string> export_of(const std::string& address) override;
  Result<ErasedRows> erase(const std::vector<std::string>& addresses,
                           const std::vector<std::string>& receipts) override;
  Result<std::vector<std::string>> find_unerased(const std::vector<std::string>& receipts) override;
  Result<> for_each_address(const std::function<void(std::string_view)>& each) override;

 private:
  OutboxChannel& mailbox_;
};

}  // namespace stockbell::channels
