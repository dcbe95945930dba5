#include "commerce/stock_api/oci_import.h"

#include "commerce/imports/source_file.h"
#include "commerce/inventory/inventory_batches.h"
#include "commerce/stock_api/oci_documents.h"

namespace stockbell::commerce {
namespace {
constexpr std::size_t kLineBytes = 1 << 20;
}

Result<> import_oci(const std::filesystem::path& file, InventoryService& inventory,
                    ImportTally& tally) {
  InventoryBatches batches(inventory, tally, {});
  OciLines lines;
  std::string line;
  std::int64_t number = 0;
  auto take_line = [&]() -> Result<> {
    ++number;
    auto record = lines.take(line, number);
    line.clear();
    if (!record) return {};
    ++tally.rows_read;
    return batches.take(std::move(*record), "");
  };
  auto take_piece = [&](std::string_view piece) -> Result<> {
    while (true) {
      const auto end = piece.find('\n');
      line += piece.substr(0, end);
      if (line.size() > kLineBytes)
        return fail(ErrorCode::invalid, "line-too-long",
                    fmt::format("line {} is longer than 1 MB", number + 1));
      if (end == piece.npos) return {};
      SB_CHECK(take_line());
      piece.remove_prefix(end + 1);
    }
  };
  SB_CHECK(read_source(file, take_piece));
  if (!line.empty()) SB_CHECK(take_line());
  return batches.finish();
}

}  // namespace stockbell::commerce
