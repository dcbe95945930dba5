#include "platform/db/database.h"

#include <stdexcept>

#include "platform/db/postgresql_database.h"
#include "platform/db/sqlite_database.h"

namespace stockbell::db {

std::int64_t Row::i64(std::size_t column) const {
  const Value& value = columns_.at(column);
  if (value.is_null()) return 0;
  if (auto* number = std::get_if<std::int64_t>(&value.get())) return *number;
  throw std::logic_error(fmt::format("column {} is not an integer", column));
}

double Row::real(std::size_t column) const {
  const Value& value = columns_.at(column);
  if (value.is_null()) return 0;
  if (auto* number = std::get_if<double>(&value.get())) return *number;
  if (auto* number = std::get_if<std::int64_t>(&value.get())) return static_cast<double>(*number);
  throw std::logic_error(fmt::format("column {} is not a number", column));
}

const std::string& Row::text(std::size_t column) const {
  static const std::string empty;
  const Value& value = columns_.at(column);
  if (value.is_null()) return empty;
  if (auto* text = std::get_if<std::string>(&value.get())) return *text;
  throw std::logic_error(fmt::format("column {} is not text", column));
}

Result<> Session::scan(const Statement& statement, const Params& params,
                       const std::function<Result<>(const RowView&)>& each) {
  struct View final : RowView {
    const Row* row = nullptr;
    bool is_null(std::size_t column) const override { return row->is_null(column); }
    std::int64_t i64(std::size_t column) const override { return row->i64(column); }
    std::string_view text(std::size_t column) const override { return row->text(column); }
  } view;
  return for_each(statement, params, [&](const Row& row) {
    view.row = &row;
    return each(view);
  });
}

Result<std::unique_ptr<Database>> open_database(const DatabaseOptions& options) {
  bool plain = !options.name.empty() && std::ranges::all_of(options.name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (!plain)
    return fail(ErrorCode::invalid, "store-name", "a store's name is of a-z, 0-9 and _", "name");
  if (options.url == "sqlite")
    return SqliteDatabase::open(options.data_dir / (options.name + ".db"));
  if (options.url.starts_with("postgresql://") || options.url.starts_with("postgres://"))
    return PostgresqlDatabase::open(options.url, "stockbell_" + options.name, options.connections);
  return fail(ErrorCode::invalid, "store-url",
              "the store's url is \"sqlite\" or starts with postgresql://", "url");
}

}  // namespace stockbell::db
