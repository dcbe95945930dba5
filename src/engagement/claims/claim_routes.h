// What a shop asks about claims: whether one holds now, and the secret to find out by itself
// (docs/claims.md).
#pragma once
#include "engagement/claims/claim_token.h"
#include "platform/db/database.h"
#include "platform/http/http.h"

namespace stockbell::engagement {

void add_claim_routes(http::Router& router, db::Database& database, const Clock& clock,
                      const ClaimTokens& tokens);

}  // namespace stockbell::engagement
