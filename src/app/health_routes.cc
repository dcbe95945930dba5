#include "app/root_routes.h"

namespace stockbell::app {

void add_health_routes(http::Router& router, Stores& stores) {
  router.add({"GET", "/healthz", http::Role::anonymous,
              [](const http::Request&) -> Result<http::Response> { return http::Response::text(200, "ok\n"); }});
  router.add({"GET", "/readyz", http::Role::anonymous, [&stores](const http::Request&) -> Result<http::Response> {
                SB_CHECK(stores.ready());
                return http::Response::text(200, "ready\n");
              }});
}

}  // namespace stockbell::app
