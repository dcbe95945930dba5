// The other names under which Salesforce's own clients ask for our paths. Pure; used by the HTTP server before it routes.
#pragma once
#include <string>
#include <string_view>

namespace stockbell::app {

// The path a handler is found by. Escapes are left as they are: an escaped slash stays inside its segment.
// - /.salesforce.com/services/...: what simple-salesforce asks for when its domain is "HOST:PORT/".
// - .../v2/token outside /services/ and /api/: what sfmc-sdk asks for when its auth address has ours in front.
// - /services/data/.../ with a slash at the end: the same without.
std::string path_of_alias(std::string_view wire_path);

}  // namespace stockbell::app
