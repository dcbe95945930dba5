// Retrieve: rows of an object, by properties and a filter, in pages that ContinueRequest turns.
// Thread-safe.
#pragma once
#include <map>
#include <mutex>

#include "engagement/data_extensions/data_extensions.h"
#include "engagement/soap/call.h"
#include "engagement/soap/objects.h"

namespace stockbell::engagement::soap {

class Retriever {
 public:
  Retriever(DataExtensions& extensions, Random& random)
      : extensions_(extensions), random_(random) {}
  // The content of a RetrieveResponseMsg. What is wrong with the call is said there, too.
  Result<std::string> retrieve(const Element& request);
  // The content of a DefinitionResponseMsg.
  Result<std::string> describe(const Element& request);

 private:
  // A page to come: what was asked for, and the last row shown.
  struct Position {
    Element request;
    db::Value after;
    Time until{};
  };
  struct Page {
    std::string results;
    std::optional<db::Value> after;  // there is more
  };

  Result<std::string> answer_page(const Element& request, const db::Value& after);
  Result<Page> read_page(const Element& request, const db::Value& after);
  Result<Page> read_rows(const RetrievableObject& object, const Element& request,
                         const db::Value& after);
  Result<RetrievableObject> object_of(const std::string& type);
  Result<std::string> list_definitions(const Element& request, bool fields);
  std::string keep(const Element& request, const db::Value& after);

  DataExtensions& extensions_;
  Random& random_;
  std::mutex mutex_;
  std::map<std::string, Position> positions_;
};

}  // namespace stockbell::engagement::soap
