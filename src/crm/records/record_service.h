// The CRM's objects as records (reference 3.2, 3.5, 3.6): create, update, upsert and delete up to
// 200 in one transaction, and which changed in a span of time. What a record is refused for is in
// its result; an Error is the store's or the call's. Thread-safe. Used by crm/rest and crm/bulk.
#pragma once
#include <mutex>
#include <set>

#include "crm/contacts/contact_service.h"
#include "crm/objects/change_clock.h"
#include "crm/records/row_store.h"
#include "crm/records/types.h"
#include "crm/requests/request_service.h"

namespace stockbell::crm::records {

class RecordBatch;

struct ChangedRows {
  std::vector<std::int64_t> ids;
  Time latest_date_covered{};  // the next span may begin here: nothing before it is missing
};

struct DeletedRows {
  struct Row {
    std::int64_t id = 0;
    Time at{};
  };
  std::vector<Row> rows;
  Time earliest_date_available{}, latest_date_covered{};
};

class RecordService {
 public:
  static constexpr int kMostChanges = 600'000;
  static constexpr std::chrono::days kUpdatedDays{30}, kDeletedDays{15};

  static std::span<const db::Migration> migrations();

  RecordService(db::Database& db, const objects::Schema& schema, const Clock& clock, Random& random,
                objects::ChangeClock& changes, requests::RequestService& requests,
                contacts::ContactService& contacts)
      : db_(db),
        schema_(schema),
        clock_(clock),
        ids_(clock, random),
        changes_(changes),
        requests_(requests),
        contacts_(contacts),
        rows_(schema, db.is_postgresql()) {}

  // One result for each input, in order. With all_or_none one refusal undoes all: the others get
  // ALL_OR_NONE_OPERATION_ROLLED_BACK. Invalid (EXCEEDED_ID_LIMIT): more than kMostRecords.
  Result<std::vector<RecordResult>> write(Operation operation, std::span<const RecordInput> inputs,
                                          const WriteOptions& options);

  // Several writes and reads in one transaction. `work` runs once or more (retry); what it writes
  // with the session it gets is kept when it returns a value.
  struct Transaction {
    db::Session& session;
    RowStore::Written written;
  };
  Result<> together(const std::string& user, const std::function<Result<>(Transaction&)>& work);
  // A part of `together`. With all_or_none a refusal is told as always; undoing is the caller's.
  Result<std::vector<RecordResult>> write(Transaction& transaction, Operation operation,
                                          std::span<const RecordInput> inputs,
                                          const WriteOptions& options);

  // Living rows that a value of an external id names. INVALID_FIELD: it is none.
  Result<std::vector<std::int64_t>> find_by_key(const objects::Object& object,
                                                std::string_view field, std::string_view value,
                                                Transaction* transaction = nullptr);
  enum class Presence { there, deleted, missing };
  Result<Presence> presence(const objects::Object& object, std::int64_t id,
                            Transaction* transaction = nullptr);
  // The row's values, for If-Modified-Since: LastModifiedDate.
  Result<std::optional<Time>> modified_at(const objects::Object& object, std::int64_t id,
                                          Transaction* transaction = nullptr);
  Result<std::vector<std::int64_t>> recent(const objects::Object& object, const std::string& user,
                                           int limit);

  // The rows changed (deleted) in [start, end). INVALID_REPLICATION_DATE, EXCEEDED_ID_LIMIT.
  Result<ChangedRows> updated(const objects::Object& object, Time start, Time end);
  Result<DeletedRows> deleted(const objects::Object& object, Time start, Time end);

  // Removes rows for good that were deleted 15 days ago; a tombstone stays. Once an hour, however
  // often it is called; sooner while an earlier call failed or left rows.
  Result<> sweep();

  Result<> ensure_user(const std::string& user);  // its row in crm_user is there afterwards
  Result<> save_organization(const std::string& public_url);
  std::string new_key() { return "api:" + std::to_string(ids_.next()); }  // for a request without
  const objects::Schema& schema() const { return schema_; }

 private:
  Result<bool> sweep_portion(std::int64_t before);
  Result<> save_user(db::Session& session, const std::string& user, Time now);
  Result<std::vector<RecordResult>> run(db::Session& session, RowStore::Written written,
                                        Operation operation, std::span<const RecordInput> inputs,
                                        const WriteOptions& options, bool& changed);
  template <class F>
  auto reading(Transaction* transaction, F&& work) {
    return transaction ? work(transaction->session) : db_.read(work);
  }

  db::Database& db_;
  const objects::Schema& schema_;
  const Clock& clock_;
  IdGenerator ids_;
  objects::ChangeClock& changes_;
  requests::RequestService& requests_;
  contacts::ContactService& contacts_;
  const RowStore rows_;
  std::mutex mutex_;  // guards known_users_
  std::set<std::string> known_users_;
  std::mutex sweeping_;  // held by the one call that sweeps; guards swept_at_
  Time swept_at_{};
};

// What an all-or-none call says of the records that would have been fine.
Error rolled_back();

// The user that stands for a principal's name.
UserId user_of(const std::string& name);

}  // namespace stockbell::crm::records
