// The data a template is rendered with: a tree of texts, truth values, lists and objects. Built by
// engagement/messages and commerce/storefront, read by Template::render. A plain value: not shared
// between threads while it is changed.
#pragma once
#include <concepts>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace stockbell::templates {

class Value {
 public:
  using List = std::vector<Value>;
  using Object = std::map<std::string, Value, std::less<>>;

  Value() = default;  // null
  template <std::same_as<bool> B>
  Value(B truth) : value_(truth) {}
  template <std::integral I>
    requires(!std::same_as<I, bool> && !std::same_as<I, char>)
  Value(I number) : value_(std::to_string(number)) {}
  Value(std::string text) : value_(std::move(text)) {}
  Value(std::string_view text) : value_(std::string(text)) {}
  Value(const char* text) : value_(std::string(text)) {}
  Value(List list) : value_(std::move(list)) {}
  Value(Object object) : value_(std::move(object)) {}

  // Value::object({{"name", "Coat"}, {"price", 12}})
  static Value object(std::initializer_list<Object::value_type> members = {}) {
    return Value(Object(members));
  }
  static Value list(std::initializer_list<Value> items = {}) { return Value(List(items)); }

  // Adds or replaces a member; a value that is no object becomes one.
  Value& set(std::string name, Value member) {
    if (!std::holds_alternative<Object>(value_)) value_ = Object();
    std::get<Object>(value_).insert_or_assign(std::move(name), std::move(member));
    return *this;
  }
  // Adds an item; a value that is no list becomes one.
  Value& push_back(Value item) {
    if (!std::holds_alternative<List>(value_)) value_ = List();
    std::get<List>(value_).push_back(std::move(item));
    return *this;
  }

  const Value* find(std::string_view name) const {
    const auto* object = std::get_if<Object>(&value_);
    if (!object) return nullptr;
    auto found = object->find(name);
    return found == object->end() ? nullptr : &found->second;
  }
  const List* items() const { return std::get_if<List>(&value_); }
  const std::string* text() const { return std::get_if<std::string>(&value_); }
  // Whether a section shows: not null, not false, not "", not an empty list.
  bool shows() const {
    if (const auto* truth = std::get_if<bool>(&value_)) return *truth;
    if (const auto* words = text()) return !words->empty();
    if (const auto* list = items()) return !list->empty();
    return std::holds_alternative<Object>(value_);
  }
  bool is_true() const { return std::holds_alternative<bool>(value_) && std::get<bool>(value_); }
  bool is_false() const { return std::holds_alternative<bool>(value_) && !std::get<bool>(value_); }

 private:
  std::variant<std::monostate, bool, std::string, List, Object> value_;
};

}  // namespace stockbell::templates
