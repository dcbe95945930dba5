// What Engagement knows of why a request was, or was not, messaged: the CRM's timeline tells what
// was reported to it, this tells the rest. Asked when somebody asks; nothing waits for it.
#pragma once
#include <string>
#include <vector>

#include "base/id.h"
#include "base/result.h"

namespace stockbell {

class RequestExplanations {
 public:
  virtual ~RequestExplanations() = default;
  // Sentences for people, without anything personal; none: nothing to add. not_found,
  // "request-not-synchronised": it has not come over yet, or was deleted.
  virtual Result<std::vector<std::string>> explain(RequestId request) = 0;
};

}  // namespace stockbell
