// POST /hooks/shopify/{site}, POST /hooks/woocommerce/{site}: signed by the shop; answered 200 when
// all is committed. Step 8.
#pragma once
#include "commerce/webhooks/webhook_secrets.h"
#include "commerce/webhooks/webhook_service.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

struct WebhookDoor {
  WebhookService& service;
  const Sites& sites;
  WebhookSecrets shopify, woocommerce;
};

// `door` must outlive the router.
void add_webhook_routes(http::Router& router, const WebhookDoor& door);

}  // namespace stockbell::commerce
