// An expression that was compiled: its SQL, and what its value is. Statements are built from
// generated names and parameters alone. Pure.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "engagement/data_extensions/types.h"

namespace stockbell::engagement::queries {

enum class Kind {
  null,
  text,
  whole,
  real,
  decimal,    // a whole number of its last digit
  truth,      // 0 and 1
  date,       // milliseconds
  record,     // a record id's number
  condition,  // no value: of WHERE, ON, WHEN
};

struct Typed {
  std::string sql;
  Kind kind = Kind::null;
  int scale = 0;                         // of a decimal
  std::string_view record_prefix{};      // of a record
  std::optional<std::string> literal{};  // of a text that stands in the query
  std::set<std::string> loose{};         // columns outside of aggregates
  bool aggregates = false;
};

// What one source of a query offers to the rest of it.
struct Offered {
  std::string name, sql;  // "t1.c_2"
  Kind kind = Kind::null;
  int scale = 0;
  std::string_view record_prefix{};
};

Kind kind_of(const Column& column);
bool is_number(Kind kind);
std::string_view type_sql(Kind kind);
// A text of the query becomes what it is compared with, if it can be read so: true when it did.
bool adopt(Typed& value, const Typed& other, db::Params& params);

}  // namespace stockbell::engagement::queries
