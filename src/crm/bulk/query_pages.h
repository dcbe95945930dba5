// Pages of a query job's result, whole or in part. Thread-safe.
#pragma once
#include "crm/bulk/bulk_service.h"

namespace stockbell::crm::bulk {

// At most `most` rows of one page from `at` on. Invalid (INVALID_QUERY_LOCATOR): `at` lies outside.
Result<QueryResult> read_page(db::Database& db, const JobFiles& files, const Job& job,
                              const Locator& at, std::int64_t most);

Error wrong_locator();
Error files_gone();  // NOT_FOUND

}  // namespace stockbell::crm::bulk
