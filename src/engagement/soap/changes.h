// Create, Update and Delete over SOAP: rows of own data extensions (DataExtensionObject), and own
// data extensions themselves. Each object stands for itself: one that is refused leaves the others
// be.
#pragma once
#include "engagement/data_extensions/data_extensions.h"
#include "engagement/soap/call.h"

namespace stockbell::engagement::soap {

enum class Change { create, update, remove };

// The content of a CreateResponse, UpdateResponse or DeleteResponse.
Result<std::string> change_objects(DataExtensions& extensions, Random& random, Change change,
                                   const Element& request);

}  // namespace stockbell::engagement::soap
