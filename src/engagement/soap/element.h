// A SOAP envelope as a small tree, read with libxml2: no document types, no entities of one's own,
// bounded. And the writing of answers. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stockbell::engagement::soap {

inline constexpr std::size_t kLargestEnvelope = 2 * 1024 * 1024;

struct Element {
  std::string name;  // without prefix
  std::string type;  // of xsi:type, without prefix
  std::string text;  // of an element without children
  std::vector<Element> children;

  const Element* find(std::string_view name) const;  // the first child of that name
  std::vector<const Element*> all(std::string_view name) const;
  std::string text_of(std::string_view name) const;  // "" when there is no such child
};

// Errors: invalid, "soap-invalid".
Result<Element> parse_xml(std::string_view document);

// <name>text</name>; what XML cannot hold becomes U+FFFD.
std::string tag(std::string_view name, std::string_view text);
std::string escape(std::string_view text);

}  // namespace stockbell::engagement::soap
