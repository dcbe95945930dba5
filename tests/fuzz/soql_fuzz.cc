// Queries of strangers, parsed, checked and compiled for both stores. What comes out is SQL that
// SQLite takes, whose text does not depend on the literals: with every text in the query exchanged
// for another the statement is the same, and only its parameters differ.
#include <sqlite3.h>

#include <set>

#include "crm/soql/compiler.h"
#include "crm/soql/parser.h"
#include "fuzz/fuzz.h"

using namespace stockbell;
using namespace stockbell::crm;

namespace {

constexpr std::string_view kMark = "zqxj";

const objects::Schema& schema() {
  static const objects::Schema made = [] {
    const std::array custom{objects::CustomField{"Contact", "Size__c", "Size", "double"},
                            objects::CustomField{"Contact", "Day__c", "Day", "date"},
                            objects::CustomField{"Contact", "Nick__c", "Nick", "string"}};
    return *objects::Schema::create(custom);
  }();
  return made;
}

// An empty store with the schema's tables.
sqlite3* store() {
  static sqlite3* const opened = [] {
    sqlite3* made = nullptr;
    REQUIRE(sqlite3_open(":memory:", &made) == SQLITE_OK);
    for (const auto& object : schema().objects()) {
      std::set<std::string> columns{"id", "custom", "created_at", "created_by", "is_deleted"};
      for (const auto& field : object.fields)
        if (field.column.starts_with("{t}.")) columns.insert(field.column.substr(4));
      const auto sql = fmt::format("CREATE TABLE {} ({})", object.table, fmt::join(columns, ", "));
      REQUIRE(sqlite3_exec(made, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    }
    return made;
  }();
  return opened;
}

void exchange_texts(soql::Query& query);

void exchange_texts(soql::Condition& condition) {
  for (auto& part : condition.parts) exchange_texts(part);
  for (auto& literal : condition.literals) {
    if (literal.kind != soql::Literal::Kind::text || literal.text.empty()) continue;
    literal.text = kMark;
    literal.pattern = kMark;
  }
  if (condition.inner) exchange_texts(*condition.inner);
}

void exchange_texts(soql::Query& query) {
  if (query.where) exchange_texts(*query.where);
  if (query.having) exchange_texts(*query.having);
  for (auto& item : query.select)
    if (item.subquery) exchange_texts(*item.subquery);
}

std::vector<const soql::Sql*> statements(const soql::Plan& plan) {
  std::vector<const soql::Sql*> all;
  for (const auto* sql : {&plan.membership, &plan.by_id, &plan.scan_by_id, &plan.aggregate})
    if (!sql->text.empty()) all.push_back(sql);
  for (const auto& child : plan.children) {
    all.push_back(&child.counts);
    all.push_back(&child.ids);
  }
  return all;
}

void prepares(const std::string& sql, std::size_t params) {
  sqlite3_stmt* prepared = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v2(store(), sql.c_str(), -1, &prepared, &tail);
  if (code != SQLITE_OK) std::fprintf(stderr, "%s\n%s\n", sqlite3_errmsg(store()), sql.c_str());
  REQUIRE(code == SQLITE_OK);
  REQUIRE(*tail == '\0');
  REQUIRE(sqlite3_bind_parameter_count(prepared) == static_cast<int>(params));
  REQUIRE(sqlite3_stmt_readonly(prepared));
  sqlite3_finalize(prepared);
}

}  // namespace

FUZZ_TARGET(soql) {
  const auto query = soql::parse(input);
  if (!query) {
    REQUIRE(query.error().code == ErrorCode::invalid && !query.error().message.empty());
    return;
  }
  auto other = *soql::parse(input);
  exchange_texts(other);
  for (const bool postgresql : {false, true}) {
    const soql::Context context{input, schema(), postgresql, false, Time()};
    const auto plan = soql::compile(context, *query);
    if (!plan) {
      REQUIRE(plan.error().code == ErrorCode::invalid && !plan.error().message.empty());
      continue;
    }
    const auto found = statements(*plan);
    for (const auto* sql : found) {
      REQUIRE(sql->text.find(';') == std::string::npos);
      REQUIRE(sql->text.find("--") == std::string::npos);
      if (!postgresql) prepares(sql->text, sql->params.size());
    }
    if (!postgresql && plan->kind == soql::PlanKind::rows) prepares(plan->rows.sql, 1);
    const auto exchanged = soql::compile(context, other);
    if (!exchanged) continue;  // an id is not an id any more
    const auto others = statements(*exchanged);
    REQUIRE(others.size() == found.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      REQUIRE(others[i]->text == found[i]->text);
      REQUIRE(others[i]->text.find(kMark) == std::string::npos);
    }
  }
}
