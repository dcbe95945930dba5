// The names of one FROM: resolves "Contact__r.Account.Name" against the schema and collects the
// joins it takes. Used by the compiler. Not thread-safe; lives for one statement.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "crm/objects/schema.h"
#include "crm/soql/ast.h"

namespace stockbell::crm::soql {

// What compiling needs to know of its query; outlives the compiler.
struct Context {
  std::string_view query;  // the text, for pictures of what is wrong
  const objects::Schema& schema;
  bool postgresql = false;
  bool all_rows = false;
  Time now{};
};

struct Column {
  const objects::Object* object = nullptr;
  const objects::Field* field = nullptr;
  std::vector<const objects::Field*> parents;  // the references on the way to it
  std::string table;                           // the alias it is read from
  std::string sql;
  bool joined() const { return !parents.empty(); }  // so it may be NULL whatever it is
};

bool is_text(objects::FieldType type);
// A value that is kept as '' when there is none: texts and dates.
bool is_empty_when_null(objects::FieldType type);

class Scope {
 public:
  // `table` is the SQL alias, unique in the statement; `name` the SOQL alias, or empty.
  Scope(const Context& context, const objects::Object& object, std::string_view name,
        std::string table)
      : context_(context), object_(object), name_(name), table_(std::move(table)) {}

  // Errors: INVALID_FIELD.
  Result<Column> resolve(const Path& path);
  Column column(const objects::Field& field) const;  // of the object itself

  const Context& context() const { return context_; }
  const objects::Object& object() const { return object_; }
  const std::string& table() const { return table_; }
  std::string from() const;  // "contact t LEFT JOIN account t_1 ON t_1.id = t.account"

 private:
  struct Join {
    std::vector<const objects::Field*> parents;
    std::string table, sql;
  };
  const Join& join(const std::vector<const objects::Field*>& parents, const Join* nearer,
                   const objects::Object& target);
  std::unexpected<Error> no_column(const Path& path, const objects::Object& object,
                                   std::string_view name) const;

  const Context& context_;
  const objects::Object& object_;
  std::string_view name_;
  std::string table_;
  std::vector<std::unique_ptr<Join>> joins_;
};

}  // namespace stockbell::crm::soql
