// A notification request as the bytes of a journal's record, and back. Pure. Used by
// CaptureService.
#pragma once
#include "contracts/notification_intake.h"

namespace stockbell::commerce {

std::string to_record(const NotificationRequest& request);
// Error: internal, "journal-damaged", for bytes that to_record() never wrote.
Result<NotificationRequest> from_record(std::string_view record);

}  // namespace stockbell::commerce
