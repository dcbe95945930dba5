// What a shopper's repeated post does to the request that is open already. Part of the caller's
// transaction. Step 5.
#pragma once
#include "crm/requests/types.h"
#include "platform/db/database.h"

namespace stockbell::crm::requests {

// The request counts as asked for again (request_rules), which the change log tells Engagement: an
// unconfirmed one may be asked to confirm again, any other lives on as if asked for now. One that
// needs no confirmation any more becomes Requested.
Result<> ask_again(db::Session& session, IdGenerator& ids, RequestId open,
                   const NotificationRequest& request, Written written);

}  // namespace stockbell::crm::requests
