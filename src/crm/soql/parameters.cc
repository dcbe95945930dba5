#include "crm/soql/parameters.h"

#include "platform/text/text.h"

namespace stockbell::crm::soql {
namespace {

std::string array_element(const std::string& text) {  // of a PostgreSQL array's text form
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

template <class Items, class Write>
std::string listed(const Items& items, bool postgresql, Write write) {
  std::string list(1, postgresql ? '{' : '[');
  for (const auto& item : items) {
    if (list.size() > 1) list += ',';
    list += write(item);
  }
  return list + (postgresql ? '}' : ']');
}

}  // namespace

db::Value id_list(std::span<const std::int64_t> ids, bool postgresql) {
  return listed(ids, postgresql, [](std::int64_t id) { return std::to_string(id); });
}

std::string among_ids(std::string_view column, std::string_view parameter, bool postgresql) {
  return postgresql ? fmt::format("{} = ANY(CAST({} AS BIGINT[]))", column, parameter)
                    : fmt::format("{} IN (SELECT value FROM json_each({}))", column, parameter);
}

std::string Parameters::place(db::Value value, std::string_view type) {
  values_.push_back(std::move(value));
  return postgresql_ && !type.empty() ? fmt::format("CAST(${} AS {})", values_.size(), type)
                                      : fmt::format("${}", values_.size());
}

std::string Parameters::in_list(std::string_view column, std::string list, std::string_view type) {
  const auto parameter = place(std::move(list), {});
  return postgresql_ ? fmt::format("{} = ANY(CAST({} AS {}[]))", column, parameter, type)
                     : fmt::format("{} IN (SELECT value FROM json_each({}))", column, parameter);
}

std::string Parameters::in_numbers(std::string_view column, std::span<const std::int64_t> numbers) {
  return in_list(column,
                 listed(numbers, postgresql_, [](auto number) { return std::to_string(number); }),
                 "BIGINT");
}

std::string Parameters::in_numbers(std::string_view column, std::span<const double> numbers) {
  return in_list(
      column, listed(numbers, postgresql_, [](auto number) { return fmt::format("{}", number); }),
      "DOUBLE PRECISION");
}

std::string Parameters::in_texts(std::string_view column, std::span<const std::string> texts,
                                 bool fold) {
  auto list = listed(texts, postgresql_, [&](const std::string& text) {
    return postgresql_ ? array_element(text) : text::json_quote(text);
  });
  if (!fold) return in_list(column, std::move(list), "TEXT");
  if (!postgresql_) return in_list(fmt::format("{} COLLATE NOCASE", column), std::move(list), {});
  const auto parameter = place(std::move(list), {});
  return fmt::format("lower({}) = ANY(ARRAY(SELECT lower(v) FROM unnest(CAST({} AS TEXT[])) v))",
                     column, parameter);
}

}  // namespace stockbell::crm::soql
