// Rows of imports and of the records they refused. Used by ImportService; stateless, thread-safe.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "commerce/imports/types.h"
#include "platform/db/database.h"

namespace stockbell::commerce::import_store {

std::span<const db::Migration> migrations();
Result<> insert(db::Session& session, const ImportReport& report);
// Everything but id, kind, name and creation; the refused rows are replaced.
Result<> update(db::Session& session, const ImportReport& report);
Result<std::optional<ImportReport>> find(db::Session& session, ImportId id);
// Newest first, those before `before` (0: from the newest); without their refused rows.
Result<std::vector<ImportReport>> list(db::Session& session, ImportId before, int limit);
Result<std::vector<ImportId>> list_unfinished(db::Session& session);

}  // namespace stockbell::commerce::import_store
