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

 private:
  Result<DataExtension> read(db::Session& session, const db::Row& row) const;
  const bool postgresql_;
};

}  // namespace stockbell::engagement
