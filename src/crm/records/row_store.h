// Rows of the CRM's objects as lists of values, in the order of the object's fields: read and
// written whole. The statements follow from the schema and are made once. Every call is part of the
// caller's transaction. Thread-safe. Used by RecordService.
#pragma once
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "crm/objects/schema.h"
#include "platform/db/database.h"

namespace stockbell::crm::records {

struct StoredRow {
  std::int64_t id = 0;
  bool deleted = false;
  std::vector<db::Value> values;  // in storage form, one for each field of the object
  std::string custom = "{}";      // as stored; keeps what no field of the object names any more
};

class RowStore {
 public:
  RowStore(const objects::Schema& schema, bool postgresql);

  // Those of `ids` that are there, deleted ones too.
  Result<std::unordered_map<std::int64_t, StoredRow>> load(db::Session& session,
                                                           const objects::Object& object,
                                                           std::span<const std::int64_t> ids) const;
  // Id, and what the system writes by itself (CreatedDate ...), are taken from `written`.
  struct Written {
    Time at{};
    UserId by;
  };
  Result<> insert(db::Session& session, const objects::Object& object, const StoredRow& row,
                  const Written& written) const;
  Result<> update(db::Session& session, const objects::Object& object,
                  std::span<const StoredRow> rows, const Written& written) const;
  Result<> remove(db::Session& session, const objects::Object& object,
                  std::span<const std::int64_t> ids, const Written& written) const;

  // Ids of living rows that changed, oldest change first.
  Result<std::vector<std::int64_t>> changed_between(db::Session& session,
                                                    const objects::Object& object, Time from,
                                                    Time to, int limit) const;
  struct Deletion {
    std::int64_t id = 0;
    Time at{};
  };
  Result<std::vector<Deletion>> deleted_between(db::Session& session, const objects::Object& object,
                                                Time from, Time to, int limit) const;
  // The rows the user changed last.
  Result<std::vector<std::int64_t>> recent(db::Session& session, const objects::Object& object,
                                           UserId user, int limit) const;

 private:
  struct Query {  // a statement and the texts it refers to
    std::string name, sql;
    db::Statement statement() const { return {name, sql, sql}; }
  };
  struct Table {
    std::vector<std::size_t> columns;  // fields with a column of their own, by index
    std::vector<std::size_t> custom;   // fields kept in `custom`
    Query load, insert, update, remove, changed, deleted, recent;
  };
  const Table& table_of(const objects::Object& object) const { return tables_.at(object.name); }
  std::string custom_of(const objects::Object& object, const Table& table,
                        const StoredRow& row) const;
  db::Params columns_of(const objects::Object& object, const Table& table, const StoredRow& row,
                        const Written& written) const;

  std::map<std::string, Table> tables_;
};

// The value of a field by its name; the field must be there.
db::Value& value_of(const objects::Object& object, StoredRow& row, std::string_view field);
const db::Value& value_of(const objects::Object& object, const StoredRow& row,
                          std::string_view field);
std::string text_of(const objects::Object& object, const StoredRow& row, std::string_view field);
std::int64_t number_of(const objects::Object& object, const StoredRow& row,
                       std::string_view field);  // null is 0

}  // namespace stockbell::crm::records
