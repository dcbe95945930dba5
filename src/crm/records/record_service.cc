#include "crm/records/record_service.h"

#include "crm/objects/values.h"
#include "crm/records/record_batch.h"
#include "platform/crypto/crypto.h"
#include "sql/crm_record.sql.h"

namespace stockbell::crm::records {
namespace {

namespace sql = stockbell::sql::crm_record;

constexpr const char* kUndone = "records-undone";  // ends a unit whose outcome is known already

bool any_refused(const std::vector<RecordResult>& results) {
  return std::ranges::any_of(results, [](const auto& result) { return !result.success(); });
}

void undo(std::vector<RecordResult>& results, Operation operation) {
  for (auto& result : results) {
    if (!result.success()) continue;
    if (operation == Operation::create || result.created) result.id = 0;
    result.created = false;
    result.errors = {rolled_back()};
  }
}

}  // namespace

Error rolled_back() {
  return refusal("ALL_OR_NONE_OPERATION_ROLLED_BACK",
                 "Record rolled back because not all records were valid and the request was using "
                 "AllOrNone header");
}

UserId user_of(const std::string& name) { return UserId{crypto::derived_id("user:" + name)}; }

std::span<const db::Migration> RecordService::migrations() {
  static constexpr std::array kMigrations{
      db::Migration{"crm/records/1", sql::create_external_value},
      db::Migration{"crm/records/2", sql::create_deleted_indexes}};
  return kMigrations;
}

Result<> RecordService::save_user(db::Session& session, const std::string& user, Time now) {
  {
    std::lock_guard lock(mutex_);
    if (known_users_.contains(user)) return {};
  }
  SB_CHECK(session.execute(sql::save_user, {user_of(user).value, user, to_ms(now)}));
  return {};
}

Result<> RecordService::save_organization(const std::string& public_url) {
  const auto now = to_ms(clock_.now());
  return db_.write([&](db::Session& session) -> Result<> {
    SB_CHECK(session.execute(
        sql::save_organization,
        {crypto::derived_id("org:" + public_url), public_url, now, user_of("stockbell").value}));
    SB_CHECK(session.execute(sql::save_user, {user_of("stockbell").value, "stockbell", now}));
    return {};
  });
}

Result<> RecordService::ensure_user(const std::string& user) {
  {
    std::lock_guard lock(mutex_);
    if (known_users_.contains(user)) return {};
  }
  return together(user, [](Transaction&) -> Result<> { return {}; });
}

Result<std::vector<RecordResult>> RecordService::run(db::Session& session,
                                                     RowStore::Written written, Operation operation,
                                                     std::span<const RecordInput> inputs,
                                                     const WriteOptions& options, bool& changed) {
  const RecordTools tools{schema_, rows_, ids_, contacts_};
  RecordBatch batch(tools, session, options, written);
  SB_CHECK(batch.begin(inputs, operation));
  std::vector<RecordResult> results;
  for (const auto& input : inputs) {
    SB_TRY(result, batch.write(operation, input));
    results.push_back(std::move(result));
    if (options.all_or_none && !results.back().success()) break;
  }
  SB_CHECK(batch.finish());
  if (results.size() < inputs.size()) results.resize(inputs.size());  // undone below
  changed |= batch.changed();
  return results;
}

Result<std::vector<RecordResult>> RecordService::write(Operation operation,
                                                       std::span<const RecordInput> inputs,
                                                       const WriteOptions& options) {
  if (inputs.size() > kMostRecords)
    return fail(ErrorCode::invalid, "EXCEEDED_ID_LIMIT",
                fmt::format("record limit reached. cannot submit more than {} records into this "
                            "call",
                            kMostRecords));
  std::vector<RecordResult> results;
  const auto done = together(options.user, [&](Transaction& transaction) -> Result<> {
    bool changed = false;
    SB_TRY(written,
           run(transaction.session, transaction.written, operation, inputs, options, changed));
    results = std::move(written);
    if (options.all_or_none && any_refused(results)) {
      undo(results, operation);
      return fail(ErrorCode::invalid, kUndone, "");
    }
    return {};
  });
  if (!done && done.error().reason != kUndone) return std::unexpected(done.error());
  return results;
}

Result<std::vector<RecordResult>> RecordService::write(Transaction& transaction,
                                                       Operation operation,
                                                       std::span<const RecordInput> inputs,
                                                       const WriteOptions& options) {
  bool changed = false;
  SB_TRY(results,
         run(transaction.session, transaction.written, operation, inputs, options, changed));
  if (options.all_or_none && any_refused(results)) undo(results, operation);
  return results;
}

Result<> RecordService::together(const std::string& user,
                                 const std::function<Result<>(Transaction&)>& work) {
  const objects::ChangeClock::Stamp stamp(changes_);
  auto done = db_.write([&](db::Session& session) -> Result<> {
    SB_CHECK(save_user(session, user, stamp.time()));
    Transaction transaction{session, {stamp.time(), user_of(user)}};
    return work(transaction);
  });
  if (!done) return done;
  {
    std::lock_guard lock(mutex_);
    if (known_users_.size() < 10'000) known_users_.insert(user);
  }
  requests_.wake_readers();
  return {};
}

Result<std::vector<std::int64_t>> RecordService::find_by_key(const objects::Object& object,
                                                             std::string_view field,
                                                             std::string_view value,
                                                             Transaction* transaction) {
  const auto* key = object.find_field(field);
  if (!key || !key->external_id)
    return fail(ErrorCode::not_found, "NOT_FOUND",
                fmt::format("Provided external ID field does not exist or is not accessible: {}",
                            field.substr(0, 80)));
  SB_TRY(read, objects::value_from_text(*key, schema_, value));
  return reading(transaction, [&](db::Session& session) {
    return RecordBatch::find_by_key(session, object, *key, read);
  });
}

Result<RecordService::Presence> RecordService::presence(const objects::Object& object,
                                                        std::int64_t id, Transaction* transaction) {
  return reading(transaction, [&](db::Session& session) -> Result<Presence> {
    SB_TRY(rows, rows_.load(session, object, {&id, 1}));
    if (rows.empty()) return Presence::missing;
    return rows.begin()->second.deleted ? Presence::deleted : Presence::there;
  });
}

Result<std::optional<Time>> RecordService::modified_at(const objects::Object& object,
                                                       std::int64_t id, Transaction* transaction) {
  return reading(transaction, [&](db::Session& session) -> Result<std::optional<Time>> {
    SB_TRY(rows, rows_.load(session, object, {&id, 1}));
    if (rows.empty()) return std::optional<Time>();
    return std::optional(from_ms(number_of(object, rows.begin()->second, "LastModifiedDate")));
  });
}

Result<std::vector<std::int64_t>> RecordService::recent(const objects::Object& object,
                                                        const std::string& user, int limit) {
  return db_.read(
      [&](db::Session& session) { return rows_.recent(session, object, user_of(user), limit); });
}

}  // namespace stockbell::crm::records
