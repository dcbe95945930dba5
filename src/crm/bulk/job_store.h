// Bulk jobs in the CRM's store. Every call is part of the caller's transaction.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "crm/bulk/types.h"
#include "platform/db/database.h"

namespace stockbell::crm::bulk::job_store {

std::span<const db::Migration> migrations();

Result<> insert(db::Session& session, const Job& job);
Result<std::optional<Job>> find(db::Session& session, JobId id);
// Newest first, older than `before`; `owner_role` "" is all.
Result<std::vector<Job>> list(db::Session& session, JobKind kind, JobId before,
                              const std::string& owner_role, int limit);
Result<std::optional<Job>> find_next(db::Session& session, JobKind kind);  // to work on
Result<std::optional<Job>> find_unfinished(db::Session& session,
                                           JobKind kind);  // ended without result files

Result<std::int64_t> count(db::Session& session, JobKind kind, JobState state);
Result<std::int64_t> sum_bytes(db::Session& session);

// False: the job is not (any more) in the state that it takes.
Result<bool> save_upload(db::Session& session, JobId id, std::int64_t upload, std::int64_t bytes,
                         Time now);
Result<bool> change_state(db::Session& session, JobId id, JobState from, JobState to,
                          const std::string& error, Time now);
Result<bool> restart(db::Session& session, JobId id, Time now);
Result<bool> save_results(db::Session& session, JobId id, JobState from, JobState to,
                          std::int64_t bytes, Time now);
Result<> count_retry(db::Session& session, JobId id);

struct Progress {
  std::int64_t batch = 0;  // the number of this one, from 0
  std::int64_t position = 0, line = 0, rows = 0, failed = 0, ms = 0, bytes = 0;
  std::string outcomes{};
};
// conflict ("bulk-job-moved"): aborted or carried on by somebody else; nothing may be kept.
Result<> save_progress(db::Session& session, JobId id, const Progress& progress, Time now);

struct Batch {
  std::int64_t rows = 0;
  std::string outcomes;
};
Result<std::optional<Batch>> find_batch(db::Session& session, JobId id, std::int64_t number);
Result<> delete_batches(db::Session& session, JobId id);

Result<bool> remove(db::Session& session, JobId id);  // ended ones
Result<std::vector<JobId>> remove_expired(db::Session& session, Time before);
Result<std::vector<JobId>> list_ids(db::Session& session);

// Jobs under way fail, the files of all are to go, what was asked and answered is forgotten.
Result<> erase(db::Session& session, Time now);
Result<std::vector<JobId>> list_gone(db::Session& session, JobKind kind);  // whose files remain
Result<> clear_bytes(db::Session& session, JobId id);

}  // namespace stockbell::crm::bulk::job_store
