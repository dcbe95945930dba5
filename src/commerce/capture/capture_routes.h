// POST /api/v1/notification-requests (JSON from the widget, form from the plain page), and the
// outbox as a person sees it: GET /api/v1/intake-outbox, POST /api/v1/intake-outbox/{id}/retry.
// Steps 1-3.
#pragma once
#include "commerce/capture/public_intake.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

// Pages that answer a plain form post; the storefront draws them.
struct CapturePages {
  std::function<http::Response(const CaptureFields& fields)> received;
  std::function<http::Response(const CaptureFields& fields, const Error& error)> refused;
  // 428: a form with these fields, all hidden, and the button "Send again". Nothing is typed twice,
  // no script runs.
  std::function<http::Response(const CaptureFields& fields)> send_again;
};

// All must outlive the router.
void add_capture_routes(http::Router& router, PublicIntake& intake, CaptureService& capture,
                        CapturePages pages);

}  // namespace stockbell::commerce
