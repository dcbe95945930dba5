// Rows of runs of import jobs. Used by ImportJobRunner; stateless, every call inside the caller's
// transaction.
#pragma once
#include <span>
#include <vector>

#include "commerce/import_jobs/types.h"
#include "platform/db/database.h"

namespace stockbell::commerce::job_run_store {

std::span<const db::Migration> migrations();
// A run of this job that waits already is the answer; else the new one.
Result<JobRun> demand(db::Session& session, const JobRun& run);
Result<std::optional<JobRun>> find(db::Session& session, std::int64_t id);
Result<std::optional<JobRun>> next_open(db::Session& session);
Result<> update(db::Session& session, const JobRun& run);
// Newest first, id < before (0: from the newest); `job` "" is any.
Result<std::vector<JobRun>> list(db::Session& session, std::int64_t before, const std::string& job,
                                 int limit);
Result<> forget_before(db::Session& session, Time time);

}  // namespace stockbell::commerce::job_run_store
