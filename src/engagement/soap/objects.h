// The objects that the SOAP API retrieves, and their properties (reference 6.11). Events are those
// of the data views; a send is a restock. Pure.
#pragma once
#include "engagement/data_extensions/types.h"

namespace stockbell::engagement::soap {

struct Property {
  std::string name;
  std::string column;  // of the extension; "": it is always `constant`
  std::string constant{};
};

struct RetrievableObject {
  std::string name;
  DataExtension extension;  // where its rows come from
  std::vector<Property> properties;

  const Property* find(std::string_view property) const;
};

// SentEvent, OpenEvent, ClickEvent, BounceEvent, UnsubEvent, Subscriber, and those of
// activity_objects.h.
// Null: there is no such object.
const RetrievableObject* find_object(bool postgresql, std::string_view name);

}  // namespace stockbell::engagement::soap
