// Step 6 where the CRM runs elsewhere: polls `updated` and `deleted` of Contact and
// Back_In_Stock__c, then reads the rows named there by query. Begins with a load of all rows. Holds
// one window's ids in memory (the server's own bound: 600,000) and fetches a few hundred rows at a
// time. Used by Connect's sync flow alone: one thread.
#pragma once
#include <boost/json/value.hpp>
#include <set>

#include "connect/remote/foreign_ids.h"
#include "connect/remote/sync_position.h"
#include "contracts/change_feed.h"
#include "platform/salesforce/salesforce_client.h"

namespace stockbell::connect {

class RemoteChangeFeed final : public ChangeFeed {
 public:
  RemoteChangeFeed(salesforce::SalesforceClient& crm, ForeignIds& ids, const Clock& clock,
                   Duration poll_interval, ClassField class_field = {})
      : crm_(crm),
        ids_(ids),
        clock_(clock),
        poll_interval_(poll_interval),
        class_field_(std::move(class_field)) {}

  Result<ChangeBatch> changes_after(const std::string& cursor, int limit) override;
  void on_change(std::function<void()>) override {}  // nobody tells us; we poll

 private:
  // What changed between two times; ids sorted.
  struct Window {
    Time from, to;
    std::vector<std::string> contacts, requests, deleted_requests, deleted_contacts;
    const std::vector<std::string>& ids(SyncStage stage) const;
  };
  struct Changed {
    std::vector<std::string> ids;
    Time covered;
  };

  Result<ChangeBatch> load(SyncPosition at, int limit);
  Result<ChangeBatch> poll(const SyncPosition& at, const std::string& cursor, int limit);
  Result<ChangeBatch> carry(SyncPosition at, int limit);
  ChangeBatch poll_anew(Time from);
  Result<Window> read_window(Time from, Time to);
  Result<Changed> changed(std::string_view object, std::string_view what, Time from, Time to);
  Result<boost::json::array> query(std::string_view object, const std::string& condition);
  Result<> add_contacts(const boost::json::array& records, ChangeBatch& batch);
  Result<> add_requests(const boost::json::array& records, ChangeBatch& batch);
  Result<> add_deleted(const std::vector<std::string>& ids, SyncStage stage, ChangeBatch& batch);
  SyncedContact contact_of(const boost::json::value& record, std::int64_t id) const;
  SyncedRequest request_of(const boost::json::value& record) const;
  // The class that a record tells, if it is the kind of record that does.
  std::optional<std::string> class_of(const boost::json::value& record, bool contact) const;
  std::string fields_of(std::string_view object) const;
  bool note_missing(const std::string& message);  // an optional field: true, the query goes without
  bool due();
  void poll_at_once();  // not when calls are short

  salesforce::SalesforceClient& crm_;
  ForeignIds& ids_;
  const Clock& clock_;
  const Duration poll_interval_;
  const ClassField class_field_;
  std::optional<Time> polled_at_;
  std::optional<Window> window_;
  Duration longest_window_ = std::chrono::hours(12);
  std::set<std::string> missing_;  // optional fields that this org has not
};

}  // namespace stockbell::connect
