// A push reader of XML on libxml2's SAX2: constant memory, no DTD, no entities but the five of XML,
// errors with their line. Used by the catalog and inventory importers; one reader per file and
// thread. Namespaces are read but not insisted upon.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace stockbell::commerce {

using XmlAttributes = std::vector<std::pair<std::string_view, std::string>>;  // local names
std::string xml_attribute(const XmlAttributes& attributes,
                          std::string_view name);  // "" when absent

// Receives the elements. An error ends the reading and comes out of XmlReader.
class XmlSink {
 public:
  virtual ~XmlSink() = default;
  virtual Result<> open(std::string_view name, const XmlAttributes& attributes,
                        std::int64_t line) = 0;
  // `text` is what stood between the last tag and this end tag: the content of an element without
  // children.
  virtual Result<> close(std::string_view name, const std::string& text, std::int64_t line) = 0;
};

class XmlReader {
 public:
  explicit XmlReader(XmlSink& sink);
  ~XmlReader();
  // Errors: invalid "xml-malformed", "xml-doctype" (DTDs are refused), "xml-limit", or the sink's
  // own.
  Result<> feed(std::string_view piece);
  Result<> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace stockbell::commerce
