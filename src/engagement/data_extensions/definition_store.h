// The data extensions there are: those that clients made, and the built-in ones. Stateless but for
// SQL; every method runs inside the caller's transaction. Thread-safe.
#pragma once
#include <span>

#include "engagement/data_extensions/types.h"

namespace stockbell::engagement {

class DefinitionStore {
 public:
  explicit DefinitionStore(bool postgresql) : postgresql_(postgresql) {}
  static std::span<const db::Migration> migrations();

  bool on_postgresql() const { return postgresql_; }
  // A checked definition (definition_rules) with its id: makes its table. Errors: conflict,
  // "data-extension-exists"; invalid, "data-extensions-too-many".
  Result<> create(db::Session& session, DataExtension& extension);
  // By customer key alone, as everywhere in the row API; then the built-in ones.
  Result<std::optional<DataExtension>> find(db::Session& session, std::string_view key) const;
  Result<std::optional<DataExtension>> find(db::Session& session, std::int64_t id) const;
  // By name, and where there is none of it by key: as queries name what they read.
  Result<std::optional<DataExtension>> find_named(db::Session& session,
                                                  std::string_view name) const;
  // Not found: "data-extension-unknown".
  Result<DataExtension> get(db::Session& session, std::string_view key) const;
  Result<std::vector<DataExtension>> list_own(db::Session& session) const;
  // With all its rows.
  Result<> remove(db::Session& session, const DataExtension& extension);
  // Name, description and category; and columns that are new at the end: they are null, or have
  // their default, in the rows there are.
  Result<> change(db::Session& session, const DataExtension& extension,
                  std::span<const Column> added);

  // Another, empty table for rows of the extension, of the number `table`: it can be filled, and
  // then, if it is `whole`, be the extension's own. One that is not has no indexes of addresses.
  Result<DataExtension> stage(db::Session& session, const DataExtension& extension,
                              std::int64_t table, bool whole, Time now);
  // False: the extension was deleted, and its tables with it.
  Result<bool> is_staged(db::Session& session, std::int64_t table) const;
  // From this transaction on the extension's rows are those of the staged table. The old one is
  // kept for whoever is reading it, until drop_retired().
  Result<> swap(db::Session& session, const DataExtension& extension, std::int64_t staged,
                Time now);
  // A staged table that is not wanted any more.
  Result<> drop_staged(db::Session& session, std::int64_t table);
  // Tables retired before `until`, one a call: whether there was one.
  Result<bool> drop_retired(db::Session& session, Time until);
  // Staged and retired ones: what their rows hold is held, too.
  Result<std::vector<DataExtension>> list_aside(db::Session& session) const;

 private:
  Result<> insert_columns(db::Session& session, std::int64_t extension,
                          std::span<const Column> columns, std::size_t first);
  Result<> add_column(db::Session& session, const DataExtension& extension, std::size_t index);
  Result<> drop(db::Session& session, std::int64_t table);
  Result<DataExtension> read(db::Session& session, const db::Row& row) const;
  const bool postgresql_;
};

}  // namespace stockbell::engagement
