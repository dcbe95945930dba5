// The use cases of the CRM (steps 4, 5 and 15), one transaction each: a shopper's request comes in,
// Engagement's status updates come back, a person cancels. Thread-safe. Wakes the change log's
// readers after each commit that changed something.
#pragma once
#include <functional>
#include <mutex>
#include <vector>

#include "contracts/change_feed.h"
#include "contracts/notification_intake.h"
#include "contracts/status_update.h"
#include "crm/contacts/contact_service.h"
#include "crm/objects/change_clock.h"
#include "crm/requests/types.h"
#include "platform/db/database.h"

namespace stockbell::crm::requests {

UserId system_user();  // the boxes beside the CRM write as this user
// How the contact was found, for the request's timeline.
std::string asked_reason(const contacts::ResolvedContact& contact);

class RequestService {
 public:
  RequestService(db::Database& db, const Clock& clock, Random& random,
                 objects::ChangeClock& changes, contacts::ContactService& contacts,
                 ClassField class_field = {})
      : db_(db),
        clock_(clock),
        changes_(changes),
        contacts_(contacts),
        ids_(clock, random),
        class_field_(std::move(class_field)) {}

  Result<IntakeReceipt> submit(const NotificationRequest& request);  // see NotificationIntake
  // The same by a user of the API, whose row in crm_user is there.
  Result<IntakeReceipt> submit(const NotificationRequest& request, UserId user);
  // As submit() one after the other, in one transaction per thousand; see NotificationIntake. Keys
  // that grow with time are stored faster than random ones.
  std::vector<Result<IntakeReceipt>> submit_all(std::span<const NotificationRequest> requests);
  Result<> apply(const std::vector<StatusUpdate>& updates);  // see StatusUpdateSink
  // conflict ("request-closed") when the message has left or the request has ended otherwise;
  // cancelling twice is fine.
  Result<> cancel(RequestId id);

  Result<ChangeBatch> changes_after(const std::string& cursor, int limit);
  void on_change(std::function<void()> wake);
  void wake_readers();  // after a commit of others that wrote into the change log

 private:
  Result<IntakeReceipt> record(db::Session& session, const NotificationRequest& request,
                               Written written);

  struct Gathered;  // of submit_all: request_batch.cc
  void submit_part(std::span<const NotificationRequest> requests, std::span<const std::size_t> part,
                   std::vector<Result<IntakeReceipt>>& receipts, std::optional<Error>& away);
  Result<std::vector<IntakeReceipt>> record_all(
      db::Session& session, std::span<const NotificationRequest* const> requests, Written written);
  static Result<> know_keys(db::Session& session,
                            std::span<const NotificationRequest* const> requests, Gathered& batch);
  static Result<> know_open(db::Session& session,
                            std::span<const contacts::ResolvedContact> contacts, Gathered& batch);
  void open_later(const NotificationRequest& request, const contacts::ResolvedContact& contact,
                  Gathered& batch);
  Result<> write_gathered(db::Session& session, const Gathered& batch, Written written);

  db::Database& db_;
  const Clock& clock_;
  objects::ChangeClock& changes_;
  contacts::ContactService& contacts_;
  IdGenerator ids_;
  const ClassField class_field_;
  std::mutex mutex_;  // guards readers_
  std::vector<std::function<void()>> readers_;
};

}  // namespace stockbell::crm::requests
