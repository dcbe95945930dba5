// The CRM's change log (step 6): one row per changed contact or request, written in the transaction
// that changes it, read in commit order. Takes the caller's session. Read by Connect through
// CrmBox.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "contracts/change_feed.h"
#include "platform/db/database.h"

namespace stockbell::crm::requests {

Result<> log_contact_change(db::Session& session, ContactId contact);
Result<> log_request_change(db::Session& session, RequestId request);
struct Change {
  std::string_view kind;  // "contact", "request"
  std::int64_t row = 0;
};
Result<> log_changes(db::Session& session, std::span<const Change> changes);

// See ChangeFeed::changes_after. A cursor is "txid.seq". `more` is also set when committed rows
// wait only for an older transaction to end: the batch may then be empty, and asking again soon
// will find them. `class_field`: a custom field.
Result<ChangeBatch> read_changes(db::Session& session, const std::string& cursor, int limit,
                                 const ClassField& class_field = {});

}  // namespace stockbell::crm::requests
