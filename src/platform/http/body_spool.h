// Where a request's body goes while it arrives: memory or a temporary file, up to the route's
// limit. Used by Session.
#pragma once
#include <filesystem>
#include <optional>
#include <string_view>

#include "platform/http/http.h"

namespace stockbell::http {

class BodySpool {
 public:
  BodySpool(const Route& route, Request& request, std::filesystem::path directory);
  ~BodySpool();  // removes the file
  BodySpool(const BodySpool&) = delete;
  BodySpool& operator=(const BodySpool&) = delete;

  Result<> open();
  bool take(std::string_view piece);  // false: see failure()
  Result<> finish();                  // the file is complete
  const Error& failure() const { return failure_; }

  // Removes files that a killed process left in `directory`.
  static void sweep(const std::filesystem::path& directory);

 private:
  std::size_t limit_;
  bool spooled_;
  Request& request_;
  std::filesystem::path directory_;
  std::size_t size_ = 0;
  int fd_ = -1;
  Error failure_;
};

}  // namespace stockbell::http
