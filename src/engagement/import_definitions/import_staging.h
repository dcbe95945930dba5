// The table beside a data extension that the rows of one file are gathered in before anything of
// them counts: it finds rows of one key, and those that the action cannot take; then it becomes the
// extension's own, or its rows move over. SQL of generated names alone; every method runs inside
// the caller's transaction.
#pragma once
#include <span>

#include "base/id.h"
#include "engagement/data_extensions/data_extensions.h"
#include "engagement/import_definitions/import_reader.h"

namespace stockbell::engagement {

class ImportStaging {
 public:
  // Rows have `columns`, in this order. The others get their defaults as of `now`, where the action
  // makes rows.
  ImportStaging(DataExtensions& extensions, IdGenerator& ids, const DataExtension& extension,
                std::int64_t table, ImportAction action, DuplicateKeys duplicates,
                std::vector<std::size_t> columns, Time now);

  // The extension as it is in this transaction: where its rows are may have changed.
  void retarget(const DataExtension& extension) { extension_ = extension; }
  Result<> create(db::Session& session);
  // False: the table is gone, and with it what was gathered.
  Result<bool> exists(db::Session& session);
  // What stood there twice, with the line that does not count.
  Result<std::vector<ImportRunError>> add(db::Session& session, std::span<const TypedRow> rows);

  // Rows behind `after` are looked at in pieces: the last row's id of the next, 0 at the end.
  Result<std::int64_t> piece_end(db::Session& session, std::int64_t after);
  // Takes out what the action has no use for: of `add` the keys that are there, of `update` those
  // that are not.
  Result<std::vector<ImportRunError>> refuse_misfits(db::Session& session, std::int64_t after,
                                                     std::int64_t through);
  // Moves a piece into the extension; how many rows it wrote.
  Result<std::int64_t> apply(db::Session& session, std::int64_t after, std::int64_t through);
  Result<std::int64_t> count(db::Session& session);
  Result<std::int64_t> first_row(db::Session& session, std::int64_t after);
  Result<> drop(db::Session& session);

 private:
  std::string insert_sql() const;
  Result<db::Params> params_of(const TypedRow& row, std::int64_t id) const;
  Result<std::optional<ImportRunError>> add_double(db::Session& session, const TypedRow& row);
  db::Params key_of(const TypedRow& row) const;
  std::string move_sql() const;
  std::string update_sql() const;

  struct Filled {
    std::size_t column = 0;
    db::Value value;
  };

  DataExtensions& extensions_;
  IdGenerator& ids_;
  DataExtension extension_;
  DataExtension staged_;
  ImportAction action_;
  DuplicateKeys duplicates_;
  std::vector<std::size_t> columns_;
  std::vector<Filled> defaults_;  // of the columns that the file has not got
  Time now_;
};

}  // namespace stockbell::engagement
