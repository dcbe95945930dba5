// What data extensions of one's own hold of an address: the rows in which a column of the type
// EmailAddress holds it. Columns of other types tell nothing about whose they are. Every function
// runs inside the caller's transaction.
#pragma once
#include <functional>

#include "engagement/data_extensions/definition_store.h"
#include "platform/text/json.h"

namespace stockbell::engagement {

// [{"key":...,"rows":[{...}]}]
Result<> export_extension_rows(db::Session& session, const DefinitionStore& definitions,
                               const std::string& address_key, text::JsonWriter& json);
// How many rows went.
Result<std::int64_t> erase_extension_rows(db::Session& session, const DefinitionStore& definitions,
                                          const std::string& address_key);
// Rows that were taken and not written yet are given up: they may be anybody's.
Result<> fail_waiting_rows(db::Session& session, Time now);
Result<> each_extension_address(db::Session& session, const DefinitionStore& definitions,
                                const std::function<void(std::string_view)>& each);

}  // namespace stockbell::engagement
