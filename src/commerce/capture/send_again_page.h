// The page that answers a plain form post when the front door asks for more: one button that sends
// the same fields again with a fresh token and a ticket. Nothing is typed twice, no script runs.
// Step 2.
#pragma once
#include "commerce/capture/capture_rules.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

http::Response send_again_page(const CaptureFields& fields);

}  // namespace stockbell::commerce
