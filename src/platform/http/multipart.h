// Reads multipart/form-data bodies (RFC 7578 over RFC 2046 5.1) as they come, from memory or from a
// spooled file, in constant memory. Bounded: boundary 70 characters, 16 parts, 8 KiB of header
// each; parts within parts are refused. Used by handlers that take files with fields. One reader
// per body.
#pragma once
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stockbell::http {

struct PartHead {
  std::string name;          // of the form's field
  std::string file_name;     // as the sender calls it, never a path to use; "" when there is none
  std::string content_type;  // without parameters, lower case; "text/plain" when there is none
};

// Called in order for each part; an error ends the reading.
struct PartEvents {
  std::function<Result<>(const PartHead&)> begin;
  std::function<Result<>(std::string_view piece)> data;
  std::function<Result<>()> end;
};

// The boundary of "multipart/form-data; boundary=...". Invalid ("multipart-boundary").
Result<std::string> multipart_boundary(std::string_view content_type);

class MultipartReader {
 public:
  static constexpr std::size_t kMostParts = 16, kMostHeadBytes = 8 * 1024, kMostBoundary = 70;

  MultipartReader(std::string_view boundary, PartEvents events);
  Result<> feed(std::string_view piece);
  Result<> finish();  // the closing boundary was there

 private:
  enum class State { preamble, behind_boundary, head, content, epilogue };
  Result<bool> step();  // true: there may be more in the buffer
  Result<bool> find_boundary();
  Result<bool> read_boundary_line();
  Result<bool> read_head();
  Result<> parse_head(std::string_view head);

  const std::string delimiter_;  // CR LF "--" boundary
  PartEvents events_;
  State state_ = State::preamble;
  std::string buffer_ = "\r\n";  // the first boundary may stand at the very beginning
  bool at_start_ = false;        // the CR LF behind the head is still in the buffer
  std::size_t parts_ = 0, passed_ = 0;
  std::set<std::string> names_;
};

Result<> read_multipart(std::string_view body, std::string_view boundary, const PartEvents& events);
Result<> read_multipart(const std::filesystem::path& file, std::string_view boundary,
                        const PartEvents& events);

}  // namespace stockbell::http
