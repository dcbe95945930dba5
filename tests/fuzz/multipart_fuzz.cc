// A multipart body behind its Content-Type, in two different cuts.
#include "fuzz/fuzz.h"
#include "platform/http/multipart.h"

using namespace stockbell;

namespace {

std::string read(std::string_view boundary, std::string_view input, std::size_t step) {
  std::string seen;
  bool inside = false;
  http::PartEvents events{[&](const http::PartHead& part) -> Result<> {
                            REQUIRE(!inside);
                            inside = true;
                            seen += "<" + part.name + "|" + part.content_type + ">";
                            return {};
                          },
                          [&](std::string_view piece) -> Result<> {
                            REQUIRE(inside && !piece.empty());
                            seen += piece;
                            return {};
                          },
                          [&]() -> Result<> {
                            REQUIRE(inside);
                            inside = false;
                            seen += "</>";
                            return {};
                          }};
  http::MultipartReader reader(boundary, events);
  for (; !input.empty(); input.remove_prefix(std::min(step, input.size())))
    if (auto fed = reader.feed(input.substr(0, step)); !fed) return "refused";
  if (auto finished = reader.finish(); !finished) return "refused";
  return seen;
}

}  // namespace

FUZZ_TARGET(multipart) {
  fuzz::Bytes bytes(input);
  const auto boundary = http::multipart_boundary(bytes.line());
  if (!boundary) return;
  REQUIRE(!boundary->empty() && boundary->size() <= 70);
  REQUIRE(read(*boundary, bytes.rest(), input.size() + 1) == read(*boundary, bytes.rest(), 3));
}
