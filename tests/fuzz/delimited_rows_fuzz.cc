// Delimited rows as commerce reads them: the first byte is the delimiter; cuts must not matter.
#include "commerce/imports/record_reader.h"
#include "fuzz/fuzz.h"

using namespace stockbell;

namespace {

std::string read(char delimiter, std::string_view input, std::size_t step) {
  std::string seen;
  commerce::DelimitedReader reader(
      delimiter, [&](const commerce::DelimitedRow& row) -> Result<> {
        REQUIRE(!row.fields.empty() && row.line >= 1);
        seen += std::to_string(row.line);
        for (const auto field : row.fields) seen += "[" + std::string(field) + "]";
        return {};
      });
  for (; !input.empty(); input.remove_prefix(std::min(step, input.size())))
    if (auto fed = reader.feed(input.substr(0, step)); !fed) return seen + fed.error().reason;
  if (auto finished = reader.finish(); !finished) return seen + finished.error().reason;
  return seen;
}

}  // namespace

FUZZ_TARGET(delimited_rows) {
  fuzz::Bytes bytes(input);
  const char delimiter = "|,;\t"[bytes.byte() % 4];
  REQUIRE(read(delimiter, bytes.rest(), input.size() + 1) == read(delimiter, bytes.rest(), 3));
  static_cast<void>(commerce::detect_shape(bytes.rest()));
}
