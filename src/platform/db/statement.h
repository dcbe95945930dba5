// A named SQL statement, made from a .sql file at build time (cmake/embed_sql.py). Parameters are
// $1, $2, ...
#pragma once
#include <string_view>

namespace stockbell::db {

struct Statement {
  std::string_view name;  // "contact.find_contact"; unique, used as the prepared statement's name
  std::string_view sqlite;
  std::string_view postgresql;
};

}  // namespace stockbell::db
