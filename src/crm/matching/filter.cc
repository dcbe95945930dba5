#include "crm/matching/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace stockbell::crm::matching {

// expression = term {OR term};  term = factor {AND factor};  factor = number | ( expression )
class FilterParser {
 public:
  FilterParser(std::string_view text, std::size_t fields) : text_(text), fields_(fields) {}

  Result<Filter> parse() {
    if (text_.size() > kMaxFilterOctets)
      return refuse(fmt::format("it is longer than {} characters", kMaxFilterOctets));
    SB_TRY(root, expression(0));
    if (!at_end()) return refuse("AND, OR or the end is missing");
    out_.root_ = root;
    return std::move(out_);
  }

 private:
  std::unexpected<Error> refuse(std::string_view what) const {
    return fail(ErrorCode::invalid, "filter-invalid",
                fmt::format("the filter is wrong at character {}: {}; it reads like (1 AND 2) OR 3",
                            position_ + 1, what));
  }
  bool at_end() {
    while (position_ < text_.size() && text_[position_] == ' ') ++position_;
    return position_ == text_.size();
  }
  bool take(std::string_view word) {
    if (at_end() || text_.size() - position_ < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i)
      if (std::toupper(static_cast<unsigned char>(text_[position_ + i])) != word[i]) return false;
    auto end = position_ + word.size();
    if (word.size() > 1 && end < text_.size() &&
        std::isalnum(static_cast<unsigned char>(text_[end])))
      return false;
    position_ = end;
    return true;
  }

  Result<std::size_t> expression(int depth) {
    return list(Filter::Kind::any_of, "OR",
                [&] { return list(Filter::Kind::all_of, "AND", [&] { return factor(depth); }); });
  }
  template <class Element>
  Result<std::size_t> list(Filter::Kind kind, std::string_view word, Element element) {
    SB_TRY(first, element());
    Filter::Node node{kind, 0, {first}};
    while (take(word)) {
      SB_TRY(next, element());
      node.children.push_back(next);
    }
    if (node.children.size() == 1) return first;
    return add(std::move(node));
  }
  Result<std::size_t> factor(int depth) {
    if (take("(")) {
      if (depth + 1 > kMaxFilterDepth)
        return refuse(fmt::format("more than {} parentheses deep", kMaxFilterDepth));
      SB_TRY(inner, expression(depth + 1));
      if (!take(")")) return refuse("a ) is missing");
      return inner;
    }
    std::size_t number = 0;
    bool digits = false;
    while (position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9') {
      number = std::min<std::size_t>(number * 10 + static_cast<std::size_t>(text_[position_] - '0'),
                                     10'000);
      digits = true;
      ++position_;
    }
    if (!digits) return refuse("the number of a field or a ( is missing");
    if (number < 1 || number > fields_)
      return refuse(fmt::format("there is no such field; they have the numbers 1 to {}", fields_));
    return add(Filter::Node{Filter::Kind::field, number - 1, {}});
  }
  std::size_t add(Filter::Node node) {
    out_.nodes_.push_back(std::move(node));
    return out_.nodes_.size() - 1;
  }

  std::string_view text_;
  std::size_t fields_;
  std::size_t position_ = 0;
  Filter out_;
};

Result<Filter> Filter::parse(std::string_view text, std::size_t fields) {
  return FilterParser(text, fields).parse();
}

bool Filter::holds(const std::function<bool(std::size_t)>& satisfied) const {
  return !nodes_.empty() && holds(root_, satisfied);
}

bool Filter::holds(std::size_t at, const std::function<bool(std::size_t)>& satisfied) const {
  const auto& node = nodes_[at];
  auto holds_there = [&](std::size_t child) { return holds(child, satisfied); };
  switch (node.kind) {
    case Kind::field:
      return satisfied(node.field);
    case Kind::all_of:
      return std::ranges::all_of(node.children, holds_there);
    case Kind::any_of:
      break;
  }
  return std::ranges::any_of(node.children, holds_there);
}

std::vector<std::size_t> Filter::fields() const {
  std::vector<std::size_t> named;
  for (const auto& node : nodes_)
    if (node.kind == Kind::field) named.push_back(node.field);
  std::ranges::sort(named);
  named.erase(std::ranges::unique(named).begin(), named.end());
  return named;
}

std::string Filter::to_text() const {
  return nodes_.empty() ? std::string() : to_text(root_, false);
}

std::string Filter::to_text(std::size_t at, bool inside_all_of) const {
  const auto& node = nodes_[at];
  if (node.kind == Kind::field) return std::to_string(node.field + 1);
  const bool all = node.kind == Kind::all_of;
  std::string out;
  for (auto child : node.children) {
    if (!out.empty()) out += all ? " AND " : " OR ";
    out += to_text(child, all);
  }
  return !all && inside_all_of ? "(" + out + ")" : out;
}

}  // namespace stockbell::crm::matching
