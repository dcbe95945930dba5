// From a parsed query to one statement for either store, with all that it names found and typed.
// Only data extensions and views can be named; every name in the statement is generated, every
// literal a parameter. Pure but for the look-up.
#pragma once
#include <functional>
#include <map>

#include "engagement/data_extensions/types.h"
#include "engagement/queries/ast.h"
#include "engagement/queries/typed.h"

namespace stockbell::engagement::queries {

struct Compiled {
  std::string sql;
  db::Params params;
  std::vector<Column> columns;  // of its rows, by name and type
};

struct CompileContext {
  std::function<Result<std::optional<DataExtension>>(std::string_view name)> find;
  bool postgresql = false;
  Time now{};
};

// Errors: invalid, "query-invalid".
Result<Compiled> compile(const CompileContext& context, const Query& query);

struct Scope {
  struct Named {
    std::string alias;
    std::vector<Offered> columns;
  };
  std::vector<Named> sources;
  const Scope* outer = nullptr;
};

class Compiler {
 public:
  explicit Compiler(const CompileContext& context) : context_(context) {}
  struct Table {
    std::string sql;
    std::vector<Offered> columns;  // sql: the name within the table, "o_1"
  };
  // `named`: every column must have a name of its own.
  Result<Table> query(const Query& query, const Scope* outer, bool named);
  db::Params take_params() { return std::move(params_); }

 private:
  // query_compiler.cc
  struct Part {
    std::string sql;
    std::vector<Offered> columns;
    std::vector<Typed> values;
    Scope scope;
    bool grouped = false;
    std::set<std::string> groups;
  };
  Result<Part> select(const Select& select, const Scope* outer, bool named);
  Result<std::string> sources(const Select& select, Scope& scope);
  Result<Scope::Named> source(const Source& source, const Scope* outer, std::string& sql);
  Result<> item(const Item& item, bool named, Part& part, std::string& sql);
  Result<> check_groups(const Part& part) const;
  Result<std::string> orders(const std::vector<Expression::Order>& orders, const Part& part,
                             bool distinct);
  Result<Table> unite(const Query& query, std::vector<Part> parts);

  // compiler.cc
  Result<Typed> value(const Expression& expression, const Scope& scope);
  Result<Typed> expression(const Expression& expression, const Scope& scope);
  Result<std::string> condition(const Expression& expression, const Scope& scope,
                                Typed* about = nullptr);
  Result<Typed> column(const Expression& expression, const Scope& scope) const;
  Result<Typed> operation(const Expression& expression, const Scope& scope);
  Result<Typed> arithmetic(const std::string& sign, Typed left, Typed right);
  Result<Typed> compared(const std::string& sign, Typed left, Typed right);
  Result<Typed> logic(const Expression& expression, const Scope& scope);
  Result<Typed> contained(const Expression& expression, const Scope& scope);
  Result<Typed> choice(const Expression& expression, const Scope& scope);
  Result<Typed> cast(const Expression& expression, const Scope& scope);
  Result<Typed> like(const Expression& expression, const Scope& scope);
  Result<Typed> numbered(const Expression& expression, const Scope& scope);

  // functions.cc
  Result<Typed> function(const Expression& expression, const Scope& scope);
  Result<Typed> aggregate(const Expression& expression, const Scope& scope);
  Result<Typed> text_function(const std::string& name, std::vector<Typed> arguments);
  Result<Typed> date_function(const Expression& expression, const Scope& scope);

  // All of one kind, as one column or one comparison wants them.
  Result<> unify(std::vector<Typed>& values);
  Result<> as_text(Typed& value) const;
  void as_number(Typed& value) const;
  Typed parameter(db::Value value, Kind kind);

  const CompileContext& context_;
  db::Params params_;
  int tables_ = 0;
};

void about(Typed& whole, const Typed& part);
std::unexpected<Error> wrong(std::string message);

}  // namespace stockbell::engagement::queries
