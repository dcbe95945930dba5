// A notification request as the bytes of a journal's record, and back. Pure. Used by
// CaptureService.
#pragma once
#include "contracts/notification_intake.h"

namespace stockbell::commerce {

// A record that stands for no request: what takes it takes the time of one that is kept.
inline constexpr std::string_view kNoRequest = "\2";

std::string to_record(const NotificationRequest& request);
// Error: internal, "journal-damaged", for bytes that to_record() never wrote.
Result<NotificationRequest> from_record(std::string_view record);

}  // namespace stockbell::commerce
