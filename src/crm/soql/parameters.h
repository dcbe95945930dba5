// The literals of a statement, which never stand in its text: each becomes a $n of the right type.
// Also how lists travel as one parameter in each dialect. Used by the compiler. Not thread-safe.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "platform/db/database.h"

namespace stockbell::crm::soql {

struct Sql {
  std::string text;
  db::Params params;
};

// A list of ids as one parameter, and the condition that `column` is among those of "$n".
db::Value id_list(std::span<const std::int64_t> ids, bool postgresql);
std::string among_ids(std::string_view column, std::string_view parameter, bool postgresql);

class Parameters {
 public:
  explicit Parameters(bool postgresql) : postgresql_(postgresql) {}

  // The text that stands for the value: "$3", with its type named where PostgreSQL could guess
  // wrong.
  std::string add(std::int64_t number) { return place(number, "BIGINT"); }
  std::string add(double number) { return place(number, "DOUBLE PRECISION"); }
  std::string add(const std::string& text) { return place(text, "TEXT"); }
  // A parameter whose value comes later: "$1".
  std::string reserve() { return place(nullptr, {}); }

  // Conditions that `column` is in the list. Texts are compared without regard to case when `fold`.
  std::string in_numbers(std::string_view column, std::span<const std::int64_t> numbers);
  std::string in_numbers(std::string_view column, std::span<const double> numbers);
  std::string in_texts(std::string_view column, std::span<const std::string> texts, bool fold);

  bool postgresql() const { return postgresql_; }
  const db::Params& values() const { return values_; }
  std::size_t size() const { return values_.size(); }

 private:
  std::string place(db::Value value, std::string_view type);
  std::string in_list(std::string_view column, std::string list, std::string_view type);

  bool postgresql_;
  db::Params values_;
};

}  // namespace stockbell::crm::soql
