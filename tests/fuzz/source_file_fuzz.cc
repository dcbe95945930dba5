// Whole import files: packed or not, of any shape.
#include "commerce/imports/record_reader.h"
#include "commerce/inventory/inventory_rules.h"
#include "fuzz/fuzz.h"
#include "platform/text/text.h"

using namespace stockbell;

FUZZ_TARGET(source_file) {
  const fuzz::MemoryFile file(input);
  std::uint64_t unpacked = 0;
  constexpr std::uint64_t kLimit = 1 << 20;
  const auto read = commerce::read_source(file.path(),
                                          [&](std::string_view piece) -> Result<> {
                                            unpacked += piece.size();
                                            return {};
                                          },
                                          {.unpacked_bytes = kLimit});
  REQUIRE(unpacked <= kLimit);
  if (!read) return;  // a bomb may stop here
  const auto shape = commerce::detect_file_shape(file.path());
  if (!shape || shape->format == commerce::FileFormat::xml) return;
  commerce::ImportTally tally;
  static_cast<void>(
      commerce::read_records(file.path(), *shape, tally,
                             [&](const commerce::Fields& fields, std::int64_t line) -> Result<> {
                               REQUIRE(line >= 1);
                               for (const auto& [name, value] : fields) {
                                 REQUIRE(text::valid_utf8(value));
                                 static_cast<void>(commerce::parse_units(value));
                                 if (auto sku = commerce::parse_sku(value))
                                   REQUIRE(!text::has_control(*sku));
                               }
                               return {};
                             }));
  REQUIRE(tally.rows_refused <= tally.rows_read);
}
