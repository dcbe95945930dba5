// Once for each store, before anything is handed over, exported or erased: requests that were
// captured before the providers' rules were known (docs/matching.md) get today's normalised
// address, so that an erasure of the mailbox finds them. Used by CaptureService. Step 2.
#pragma once
#include "platform/db/database.h"

namespace stockbell::commerce {

Result<> renew_addresses(db::Session& session);

}  // namespace stockbell::commerce
