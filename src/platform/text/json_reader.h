// Reads the members of a JSON object that a person wrote, with errors that say where, what and what
// would be right. Local to one thread; the object must outlive it.
#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/enum_text.h"
#include "base/result.h"

namespace stockbell::text {

class JsonReader {
 public:
  // `path` is where the object stands: "" or "fields[2]".
  JsonReader(const boost::json::object& object, std::string path, std::string_view reason)
      : object_(object), path_(std::move(path)), reason_(reason) {}

  // Refuses members that are not among these.
  Result<> only(std::initializer_list<std::string_view> names) const;

  // A string of 1 to `longest` octets without control characters; an absent one is `absent`, or an
  // error without that.
  Result<std::string> text(std::string_view name, std::size_t longest,
                           std::optional<std::string_view> absent = {}) const;
  // Letters, digits and _, 1 to 64 of them.
  Result<std::string> identifier(std::string_view name) const;
  Result<bool> boolean(std::string_view name, bool absent) const;
  Result<int> integer(std::string_view name, int least, int most, int absent) const;
  // The array, or null when it is absent; at most `most` elements.
  Result<const boost::json::array*> list(std::string_view name, std::size_t most) const;

  template <class E>
  Result<E> word(std::string_view name, std::optional<E> absent = {}) const {
    const auto* found = find(name);
    if (found == nullptr && absent) return *absent;
    if (found != nullptr && found->is_string())
      if (auto value = parse_enum<E>({found->get_string().data(), found->get_string().size()}))
        return *value;
    std::string words;
    for (const auto& row : kEnumText<E>)
      words += (words.empty() ? "" : ", ") + std::string(row.text);
    return refuse(name, "must be one of " + words);
  }

  bool has(std::string_view name) const { return find(name) != nullptr; }
  // The member as an object, with its path; empty when it is absent.
  Result<std::optional<JsonReader>> object(std::string_view name) const;
  const boost::json::object& members() const { return object_; }

  std::unexpected<Error> refuse(std::string_view name, std::string_view what) const;
  std::string path_of(std::string_view name) const;  // "fields[2].threshold"
  std::string path_of(std::string_view name, std::size_t index) const;
  std::string_view reason() const { return reason_; }

  // The element as an object, with its path.
  Result<JsonReader> element(const boost::json::array& list, std::string_view name,
                             std::size_t index) const;

 private:
  const boost::json::value* find(std::string_view name) const;

  const boost::json::object& object_;
  std::string path_;
  std::string_view reason_;
};

}  // namespace stockbell::text
