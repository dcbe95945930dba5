// A filter expression over a rule's fields, by number: "(1 AND 2) OR (3 AND 4)". AND binds stronger
// than OR, words in any case, at most kMaxFilterOctets long and kMaxFilterDepth parentheses deep.
// Immutable value.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stockbell::crm::matching {

inline constexpr std::size_t kMaxFilterOctets = 1000;
inline constexpr int kMaxFilterDepth = 16;

class Filter {
 public:
  // Numbers run from 1 to `fields`. Errors: invalid, "filter-invalid"; the message has the place.
  static Result<Filter> parse(std::string_view text, std::size_t fields);

  // Asks `satisfied(n)` (n from 0) as rarely as it can, from left to right.
  bool holds(const std::function<bool(std::size_t)>& satisfied) const;
  std::vector<std::size_t> fields() const;  // which it names, sorted, from 0
  std::string to_text() const;              // in its shortest form

 private:
  friend class FilterParser;
  enum class Kind : unsigned char { field, all_of, any_of };
  struct Node {
    Kind kind = Kind::field;
    std::size_t field = 0;
    std::vector<std::size_t> children;  // indices into nodes_
  };
  bool holds(std::size_t node, const std::function<bool(std::size_t)>& satisfied) const;
  std::string to_text(std::size_t node, bool inside_all_of) const;
  std::vector<Node> nodes_;
  std::size_t root_ = 0;
};

}  // namespace stockbell::crm::matching
