// JSON in and out: a bounded parser for request bodies (Boost.JSON) and a small streaming writer
// for answers. Values only; a writer belongs to one thread.
#pragma once
#include <boost/json/object.hpp>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stockbell::text {

// One JSON object, nested at most 32 deep, at most `max_bytes` long. Errors: invalid
// ("json-invalid"), too_large.
Result<boost::json::object> parse_json_object(std::string_view text,
                                              std::size_t max_bytes = 1024 * 1024);

// The text of a member; empty optional when absent or null; invalid ("<name>-invalid") for another
// type.
Result<std::optional<std::string>> find_text(const boost::json::object& object,
                                             std::string_view name);

// JsonWriter json;  json.begin_object().member("sku", sku).key("items").begin_array()... json.str()
// Commas are its business; nesting is the caller's.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(double number);  // NaN and infinities are null
  JsonWriter& value(std::nullptr_t) { return raw("null"); }
  JsonWriter& value(std::same_as<bool> auto truth) { return raw(truth ? "true" : "false"); }
  template <std::integral I>
    requires(!std::same_as<I, bool>)
  JsonWriter& value(I number) {
    return raw(std::to_string(number));
  }
  template <class T>
  JsonWriter& value(const std::optional<T>& maybe) {
    return maybe ? value(*maybe) : raw("null");
  }
  JsonWriter& raw(std::string_view json);  // already JSON

  template <class T>
  JsonWriter& member(std::string_view name, const T& content) {
    return key(name).value(content);
  }

  const std::string& str() const& { return out_; }
  std::string str() && { return std::move(out_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();
  std::string out_;
  bool first_ = true;  // the next value needs no comma before it
};

}  // namespace stockbell::text
