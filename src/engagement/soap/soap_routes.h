// POST /Service.asmx: Marketing Cloud's SOAP API (reference 6.11). Who asks is in the envelope's
// header fueloauth; the role readonly retrieves and describes, admin changes and starts.
#pragma once
#include <functional>

#include "engagement/soap/perform.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

// Whose a token is; anonymous when it is nobody's.
using TokenHolder = std::function<Result<http::Principal>(const std::string& token)>;

// All must outlive the router.
void add_soap_routes(http::Router& router, DataExtensions& extensions,
                     const soap::Activities& activities, TokenHolder holder);

}  // namespace stockbell::engagement
