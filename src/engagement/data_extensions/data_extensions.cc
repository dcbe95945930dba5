#include "engagement/data_extensions/data_extensions.h"

#include <charconv>

#include "engagement/data_extensions/builtin_extensions.h"
#include "engagement/data_extensions/definition_rules.h"

namespace stockbell::engagement {
namespace {

std::unexpected<Error> unknown() {
  return fail(ErrorCode::not_found, "data-extension-unknown",
              "there is no data extension with this id here", "id");
}

std::unexpected<Error> bad_change(std::string message, std::string field) {
  return fail(ErrorCode::invalid, "data-extension-invalid", std::move(message), std::move(field));
}

std::int64_t digits_of(const std::string& text) {
  std::int64_t number = 0;
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? number : 0;
}

// Keys that clients of the row API write to for other ends (docs/apart.md).
bool is_reserved(std::string_view key) {
  for (const auto* taken :
       {"catalog_stock", "back_in_stock__c_updates", "back_in_stock__c_updates_read"})
    if (fold_name(key) == taken) return true;
  return false;
}

}  // namespace

std::string make_guid(Random& random) {
  const auto a = random.next(), b = random.next();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", a >> 32, (a >> 16) & 0xffff, a & 0xfff,
                     0x8000 | ((b >> 48) & 0x3fff), b & 0xffffffffffff);
}

DataExtensions::DataExtensions(db::Database& database, const Clock& clock, Random& random,
                               IdGenerator& ids)
    : database_(database),
      clock_(clock),
      random_(random),
      ids_(ids),
      definitions_(database.is_postgresql()),
      rows_(clock, ids, database.is_postgresql()),
      requests_(database, clock, random, ids, definitions_, rows_) {}

std::span<const db::Migration> DataExtensions::migrations() {
  static const auto kMigrations = [] {
    std::vector<db::Migration> all;
    for (const auto part : {DefinitionStore::migrations(), RowRequests::migrations()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return kMigrations;
}

Result<DataExtension> DataExtensions::create(DataExtension extension) {
  if (extension.key.empty()) extension.key = make_guid(random_);
  SB_CHECK(check_definition(extension));
  if (is_reserved(extension.key) || is_reserved(extension.name))
    return fail(ErrorCode::conflict, "data-extension-exists",
                "this key or name is taken by Stockbell itself", "key");
  extension.id = ids_.next();
  extension.created_at = extension.modified_at = clock_.now();
  return database_.write([&](db::Session& session) -> Result<DataExtension> {
    auto made = extension;
    SB_CHECK(definitions_.create(session, made));
    return made;
  });
}

Result<DataExtension> DataExtensions::change(const std::string& key, DataExtension wanted) {
  SB_CHECK(check_definition(wanted));
  return database_.write([&](db::Session& session) -> Result<DataExtension> {
    SB_TRY(before, definitions_.get(session, key));
    SB_CHECK(RowStore::check_writable(before));
    auto made = before;
    made.name = wanted.name;
    made.description = wanted.description;
    made.category = wanted.category;
    made.columns = wanted.columns;
    made.modified_at = clock_.now();
    if (fold_name(wanted.key) != fold_name(before.key))
      return bad_change("the key of a data extension does not change", "key");
    if (is_reserved(made.name)) return bad_change("Stockbell itself has this name", "name");
    const auto there = before.columns.size();
    if (made.columns.size() < there ||
        !std::ranges::equal(before.columns, std::span(made.columns).first(there)))
      return bad_change("the fields that there are stay as they are; new ones come behind them",
                        "fields");
    const auto added = std::span<const Column>(made.columns).subspan(there);
    for (const auto& column : added)
      if (column.is_key || (!column.nullable && !column.default_value))
        return bad_change(
            "a new field is no part of the key, and may be null or has a default: " + column.name,
            "fields");
    SB_CHECK(definitions_.change(session, made, added));
    return made;
  });
}

Result<DataExtension> DataExtensions::get(const std::string& key) {
  return database_.read([&](db::Session& session) { return definitions_.get(session, key); });
}

Result<DataExtension> DataExtensions::get_by_id(const std::string& id) {
  const auto* builtin = find_builtin(database_.is_postgresql(), id);
  if (builtin && builtin->kind != ExtensionKind::view) return *builtin;
  auto found = database_.read(
      [&](db::Session& session) { return definitions_.find(session, digits_of(id)); });
  SB_CHECK(found);
  if (!*found) return unknown();
  return std::move(**found);
}

Result<std::vector<DataExtension>> DataExtensions::list(const std::string& search) {
  auto own = database_.read([&](db::Session& session) { return definitions_.list_own(session); });
  SB_CHECK(own);
  std::vector<DataExtension> all;
  const auto wanted = fold_name(search);
  const auto add = [&](const DataExtension& extension) {
    if (fold_name(extension.key).contains(wanted) || fold_name(extension.name).contains(wanted))
      all.push_back(extension);
  };
  for (const auto& extension : builtin_extensions(database_.is_postgresql()))
    if (extension.kind == ExtensionKind::synchronised) add(extension);
  for (const auto& extension : *own) add(extension);
  return all;
}

Result<> DataExtensions::remove(const std::string& id) {
  if (find_builtin(database_.is_postgresql(), id))
    return fail(ErrorCode::invalid, "data-extension-read-only",
                "this data extension is not one to delete");
  return database_.write([&](db::Session& session) -> Result<> {
    SB_TRY(found, definitions_.find(session, digits_of(id)));
    if (!found) return unknown();
    return definitions_.remove(session, *found);
  });
}

Result<> DataExtensions::upsert(const std::string& key, const std::vector<RawRow>& rows) {
  return database_.write([&](db::Session& session) -> Result<> {
    SB_TRY(extension, definitions_.get(session, key));
    SB_CHECK(RowStore::check_writable(extension));
    std::vector<RowValues> values;
    for (const auto& row : rows) {
      auto one = RowStore::read_row(extension, row.fields, row.nulls);
      if (!one)
        return fail(std::move(one).error().within(fmt::format("row {}", values.size() + 1)));
      values.push_back(std::move(*one));
    }
    return rows_.upsert(session, extension, values);
  });
}

Result<std::int64_t> DataExtensions::increment(const std::string& key, const RawRow& row,
                                               const std::string& column, std::int64_t step) {
  return database_.write([&](db::Session& session) -> Result<std::int64_t> {
    SB_TRY(extension, definitions_.get(session, key));
    const auto index = extension.find_column(column);
    if (!index)
      return fail(ErrorCode::invalid, "row-invalid", "there is no column " + column.substr(0, 128),
                  "column");
    SB_TRY(values, RowStore::read_row(extension, row.fields, row.nulls));
    return rows_.increment(session, extension, values, *index, step);
  });
}

Result<ListedRows> DataExtensions::list_rows(const std::string& key, const RowQuery& query) {
  std::optional<Condition> filter;
  if (!query.filter.empty()) {
    SB_TRY(parsed, parse_filter(query.filter));
    filter = std::move(parsed);
  }
  return database_.read([&](db::Session& session) -> Result<ListedRows> {
    SB_TRY(extension, definitions_.get(session, key));
    PageRequest page;
    page.filter = filter ? &*filter : nullptr;
    page.page = query.page;
    page.size = query.size;
    SB_TRY(order, order_sql(extension, query.order));
    page.order = order;
    SB_CHECK(session.limit_time(std::chrono::seconds(30)));
    SB_TRY(rows, rows_.list(session, extension, page));
    return ListedRows{std::move(extension), std::move(rows)};
  });
}

}  // namespace stockbell::engagement
