// What the shopper's own wishes do to a request that is open already: asking again in the shop,
// keeping it, another size. Part of the caller's transaction. Steps 5 and 15.
#pragma once
#include "contracts/status_update.h"
#include "crm/requests/types.h"
#include "platform/db/database.h"

namespace stockbell::crm::requests {

// The request counts as asked for again (request_rules), which the change log tells Engagement: an
// unconfirmed one may be asked to confirm again, any other lives on as if asked for now. One that
// needs no confirmation any more becomes Requested.
Result<> ask_again(db::Session& session, IdGenerator& ids, RequestId open,
                   const NotificationRequest& request, Written written);

// Carries out the wish of an update that was applied. A request whose new SKU is asked for already
// is cancelled, that one stays.
Result<> carry_out(db::Session& session, IdGenerator& ids, const StatusUpdate& update,
                   Written written);

// The message of `served`, which is stored as Sent, left at `left_at`, before the shopper asked for
// it once more: that asking becomes a request of its own.
Result<> open_anew(db::Session& session, IdGenerator& ids, RequestId served, Time left_at,
                   Written written);

}  // namespace stockbell::crm::requests
