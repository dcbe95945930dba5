// One transaction's writes of records: row by row, in order, each either refused with nothing
// written or done. Made, used and finished inside a unit of work. Used by RecordService.
#pragma once
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "crm/contacts/contact_service.h"
#include "crm/records/record_rules.h"
#include "crm/records/row_store.h"
#include "crm/records/types.h"
#include "crm/requests/types.h"

namespace stockbell::crm::records {

// What every batch needs; lives in the service.
struct RecordTools {
  const objects::Schema& schema;
  const RowStore& rows;
  IdGenerator& ids;
  contacts::ContactService& contacts;
};

class RecordBatch {
 public:
  RecordBatch(const RecordTools& tools, db::Session& session, const WriteOptions& options,
              RowStore::Written written)
      : tools_(tools), session_(session), options_(options), written_(written) {}

  // Errors are the store's; what the record is refused for is in the result.
  Result<> begin(std::span<const RecordInput> inputs, Operation operation);
  Result<RecordResult> write(Operation operation, const RecordInput& input);
  Result<> finish();
  bool changed() const { return changed_; }

  // Living rows with this value of a unique field.
  static Result<std::vector<std::int64_t>> find_by_key(db::Session& session,
                                                       const objects::Object& object,
                                                       const objects::Field& field,
                                                       const db::Value& value);

 private:
  Result<RecordResult> create(const RecordInput& input, ReadFields fields);
  Result<RecordResult> update(const RecordInput& input, std::int64_t id);
  Result<RecordResult> upsert(const RecordInput& input);
  Result<RecordResult> remove(const RecordInput& input, std::int64_t id);
  Result<StoredRow*> find(const objects::Object& object, std::int64_t id);

  // What the objects do by themselves; each adds refusals to `result`.
  Result<> prepare_new(const objects::Object& object, StoredRow& row, RecordResult& result);
  Result<> prepare_new_request(const objects::Object& object, StoredRow& row, RecordResult& result);
  Result<> move_request(const objects::Object& object, const StoredRow& before, StoredRow& row,
                        const std::vector<FieldChange>& changes, RecordResult& result);
  void prepare_contact(const objects::Object& object, StoredRow& row);
  Result<contacts::DuplicateFindings> check_duplicates(const objects::Object& object,
                                                       const StoredRow* before,
                                                       const StoredRow& row, RecordResult& result);
  Result<> after_write(const objects::Object& object, const StoredRow* before, const StoredRow& row,
                       const contacts::DuplicateFindings& findings);
  Result<contacts::Contact> contact_of(const objects::Object& object, const StoredRow& row);
  Result<> remove_requests_of(std::int64_t contact);
  Result<> remove_row(const objects::Object& object, const StoredRow& row);
  Result<> save_request(const objects::Object& object, const StoredRow& row);

  // A contact that was merged stands for the one it was merged into.
  Result<> check_references(const objects::Object& object, const StoredRow* before, StoredRow& row,
                            RecordResult& result);
  Result<> check_unique(const objects::Object& object, const StoredRow* before,
                        const StoredRow& row, RecordResult& result);
  Result<> resolve_references(ReadFields& fields, RecordResult& result);
  Result<> save_keys(const objects::Object& object, const StoredRow* before, const StoredRow& row);
  Result<> log_change(const objects::Object& object, std::int64_t id);

  using Rows = std::unordered_map<std::int64_t, StoredRow>;
  const RecordTools& tools_;
  db::Session& session_;
  const WriteOptions& options_;
  const RowStore::Written written_;
  std::map<std::string, Rows> known_;  // by object
  std::set<std::int64_t> unsaved_;     // requests changed in known_ and not yet in the store
  std::vector<requests::TimelineEvent> events_;
  std::vector<std::pair<RequestId, Time>> too_early_;  // messages that left before the last asking
  bool changed_ = false;
};

}  // namespace stockbell::crm::records
