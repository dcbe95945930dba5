// Which web pages may call the public routes: those of the sites' `origins` and those this server
// gives out itself. Answers CORS (Fetch standard) for the routes of this box. There are no cookies
// and no other credentials in it, so that nothing is to be had by a page of another site that a
// script without a browser could not have; the check keeps other shops' pages out. Thread-safe.
// Step 2.
#pragma once
#include <string>

#include "commerce/sites/sites.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

// Errors: forbidden "origin-not-allowed". No Origin header, or "null" (a page without an address),
// is no page of another site's.
Result<> check_origin(const Site& site, const http::Request& request);
// Lets the page read the answer when one of the sites knows it.
void allow_origin(const Sites& sites, const http::Request& request, http::Response& response);
// Answers the preflight (OPTIONS) of a path that takes POST or GET. Allows the headers asked for, none
// of which carries a right here. `sites` must outlive the handler.
http::Handler preflight(const Sites& sites);

// "https://shop.example" or "https://*.shop.example", against the header's text.
bool origin_matches(std::string_view allowed, std::string_view origin);

}  // namespace stockbell::commerce
