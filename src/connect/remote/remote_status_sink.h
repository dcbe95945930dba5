// Step 14 where the CRM runs elsewhere: writes statuses back as one collection of records, at most
// 200. A record that the server refuses for good, or that alone stays refused while others are
// taken, is passed over; one that it cannot take now makes the batch come again, without those it
// has taken. Used by Connect's write-back flow alone: one
// thread.
#pragma once
#include <map>
#include <set>

#include "connect/remote/foreign_ids.h"
#include "contracts/status_update.h"
#include "platform/salesforce/salesforce_client.h"

namespace stockbell::connect {

class RemoteStatusSink final : public StatusUpdateSink {
 public:
  RemoteStatusSink(salesforce::SalesforceClient& crm, ForeignIds& ids) : crm_(crm), ids_(ids) {}
  Result<> apply(const std::vector<StatusUpdate>& updates) override;

 private:
  enum class Outcome { settled, field_missing };
  Result<> write(const std::vector<const StatusUpdate*>& round);
  Result<std::string> body_of(const std::vector<const StatusUpdate*>& round);
  Result<Outcome> read(const boost::json::value& answer,
                       const std::vector<const StatusUpdate*>& round);
  void pass_over(std::int64_t sequence, const Error& error);
  bool note_missing(const Error& error);  // true: a field we can do without, from now on

  salesforce::SalesforceClient& crm_;
  ForeignIds& ids_;
  std::set<std::string> missing_;  // optional fields that this org has not
  // Of the batch under way, which comes again until all of it is settled:
  std::set<std::int64_t> settled_;               // sequences that need no second try
  std::set<std::int64_t> merged_;                // changed sizes that were asked for already
  std::map<std::int64_t, int> tries_;            // of records that are busy while others are taken
  bool wrote_in_batch_ = false, wrote_ = false;  // a record was taken: ever, or in this apply
};

}  // namespace stockbell::connect
