#include "connect/remote/foreign_ids.h"

#include <array>

#include "sql/connect_foreign_id.sql.h"

namespace stockbell::connect {
namespace {

namespace sql = stockbell::sql::connect_foreign_id;

// An id of our own make: it fits, and comes out the same again.
std::optional<std::int64_t> native(const RecordKind& kind, const std::string& text) {
  const auto id = parse_record_id(kind.prefix, text);
  return id && to_record_id(kind.prefix, *id) == text ? id : std::nullopt;
}

}  // namespace

std::span<const db::Migration> remote_migrations() {
  static constexpr std::array kMigrations{
      db::Migration{"connect/remote/1", sql::create_foreign_id}};
  return kMigrations;
}

Result<std::map<std::string, std::int64_t>> ForeignIds::known(
    const RecordKind& kind, const std::vector<std::string>& foreign) {
  std::map<std::string, std::int64_t> found;
  std::vector<std::string> strange;
  for (const auto& id : foreign) {
    if (const auto local = native(kind, id))
      found[id] = *local;
    else
      strange.push_back(id);
  }
  if (strange.empty()) return found;
  auto read = db_.read([&](db::Session& session) -> Result<> {
    for (const auto& id : strange) {
      SB_TRY(row, session.query_one(sql::find_local, {kind.object, id}));
      if (row) found[id] = row->i64(0);
    }
    return {};
  });
  SB_CHECK(read);
  return found;
}

Result<std::map<std::string, std::int64_t>> ForeignIds::locals(
    const RecordKind& kind, const std::vector<std::string>& foreign) {
  SB_TRY(found, known(kind, foreign));
  std::vector<db::Params> fresh;
  for (const auto& id : foreign)
    if (!found.contains(id)) fresh.push_back({kind.object, id, found[id] = ids_.next()});
  if (fresh.empty()) return std::move(found);
  auto added = db_.write([&](db::Session& session) -> Result<> {
    SB_CHECK(session.execute_batch(sql::add_foreign_id, fresh));
    return {};
  });
  SB_CHECK(added);
  return std::move(found);
}

Result<std::string> ForeignIds::foreign(const RecordKind& kind, std::int64_t local) {
  SB_TRY(row, db_.read([&](db::Session& session) {
    return session.query_one(sql::find_foreign, {kind.object, local});
  }));
  return row ? row->text(0) : to_record_id(kind.prefix, local);
}

}  // namespace stockbell::connect
