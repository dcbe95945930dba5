// Queries of strangers over data extensions. What is taken compiles to one SELECT that SQLite
// takes, that writes nothing, reads no table but those it may (SQLite itself is asked), and whose
// text does not hold a literal of the query.
#include <sqlite3.h>

#include "engagement/data_extensions/builtin_extensions.h"
#include "engagement/queries/compiler.h"
#include "engagement/queries/parser.h"
#include "fuzz/fuzz.h"

using namespace stockbell;
using namespace stockbell::engagement;

namespace {

const DataExtension& own() {
  static const DataExtension made = [] {
    DataExtension all;
    all.key = all.name = "Queue";
    all.source = "de_7";
    for (const auto& [type, name] : kEnumText<ColumnType>) {
      Column column;
      column.name = name;
      column.type = type;
      column.length = 9;
      column.scale = type == ColumnType::decimal ? 2 : 0;
      all.columns.push_back(column);
    }
    return all;
  }();
  return made;
}

// Only selecting, calling functions, and reading from the tables behind what can be named.
int authorize(void*, int action, const char* first, const char*, const char*, const char*) {
  if (action == SQLITE_SELECT || action == SQLITE_FUNCTION) return SQLITE_OK;
  if (action != SQLITE_READ || !first) return SQLITE_DENY;
  for (const std::string_view table : {"", "de_7", "ext_contact"})
    if (table == first) return SQLITE_OK;
  return SQLITE_DENY;
}

sqlite3* store() {
  static sqlite3* const opened = [] {
    sqlite3* made = nullptr;
    REQUIRE(sqlite3_open(":memory:", &made) == SQLITE_OK);
    std::string table = "CREATE TABLE de_7 (row_id INTEGER PRIMARY KEY";
    for (std::size_t i = 0; i < own().columns.size(); ++i) table += ", " + column_sql(i);
    const auto sql =
        table +
        "); CREATE TABLE secret (c_1);"
        "CREATE TABLE ext_contact (id, email, first_name, last_name, phone, class_name);";
    REQUIRE(sqlite3_exec(made, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_db_config(made, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_set_authorizer(made, authorize, nullptr);
    return made;
  }();
  return opened;
}

Result<std::optional<DataExtension>> find(bool postgresql, std::string_view name) {
  if (fold_name(name) == "queue") return std::optional(own());
  if (fold_name(name) == "contact_salesforce")
    return std::optional(*find_builtin(postgresql, name));
  return std::optional<DataExtension>();
}

}  // namespace

FUZZ_TARGET(query_text) {
  const auto query = queries::parse(input);
  if (!query) {
    REQUIRE(query.error().reason == "query-invalid" && !query.error().message.empty());
    return;
  }
  for (const bool postgresql : {false, true}) {
    queries::CompileContext context;
    context.find = [&](std::string_view name) { return find(postgresql, name); };
    context.postgresql = postgresql;
    const auto compiled = queries::compile(context, *query);
    if (!compiled) {
      REQUIRE(compiled.error().reason == "query-invalid");
      continue;
    }
    REQUIRE(compiled->sql.starts_with("SELECT ") && !compiled->columns.empty());
    REQUIRE(compiled->sql.find(';') == std::string::npos &&
            compiled->sql.find("--") == std::string::npos);
    for (std::size_t i = 1; i <= compiled->params.size(); ++i)  // PostgreSQL wants each one used
      REQUIRE(compiled->sql.find(fmt::format("${} ", i)) != std::string::npos);
    if (postgresql) continue;
    sqlite3_stmt* prepared = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v2(store(), compiled->sql.c_str(), -1, &prepared, &tail);
    if (code != SQLITE_OK)
      std::fprintf(stderr, "%s\n%s\n", sqlite3_errmsg(store()), compiled->sql.c_str());
    REQUIRE(code == SQLITE_OK && *tail == '\0' && sqlite3_stmt_readonly(prepared));
    REQUIRE(sqlite3_column_count(prepared) == static_cast<int>(compiled->columns.size()));
    sqlite3_finalize(prepared);
  }
}
