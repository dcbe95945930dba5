// What an import of a file into commerce is and what became of it. Used by catalog, inventory and
// the console's routes. Step 8: inventory arrives; catalog files take the same way.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/enum_text.h"
#include "base/id.h"

namespace stockbell::commerce {

// `availability`: an availability import of Omnichannel Inventory.
enum class ImportKind { catalog, inventory, availability };
enum class ImportState { waiting, running, done, failed };

// A record that was not taken. The others of its file were.
struct RefusedRow {
  std::int64_t line = 0;  // 1 is the first line of the file
  std::string reason;     // stable word: "sku-missing"
  std::string message;    // for people
};

struct ImportReport {
  ImportId id;
  ImportKind kind = ImportKind::inventory;
  std::string file_name;  // as the sender called it; only shown
  std::string list;       // the inventory list that the sender named; "": none
  std::string mode;       // of inventory: merge, update, replace or delete; "": merge
  ImportState state = ImportState::waiting;
  std::int64_t rows_read = 0, rows_changed = 0, rows_refused = 0;
  std::string error;  // why the whole file failed; "" unless state is failed
  Time created_at{}, finished_at{};
  std::vector<RefusedRow> refused;  // the first kRefusedRowsKept of them
};

inline constexpr std::size_t kRefusedRowsKept = 1000;

// What an importer counts while it reads.
struct ImportTally {
  std::int64_t rows_read = 0, rows_changed = 0, rows_refused = 0;
  std::vector<RefusedRow> refused;

  void refuse(std::int64_t line, std::string reason, std::string message) {
    ++rows_refused;
    if (refused.size() < kRefusedRowsKept)
      refused.push_back({line, std::move(reason), std::move(message)});
  }
};

}  // namespace stockbell::commerce

template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::ImportKind> =
    std::to_array<stockbell::EnumText<stockbell::commerce::ImportKind>>({
        {stockbell::commerce::ImportKind::catalog, "catalog"},
        {stockbell::commerce::ImportKind::inventory, "inventory"},
        {stockbell::commerce::ImportKind::availability, "availability"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::ImportState> =
    std::to_array<stockbell::EnumText<stockbell::commerce::ImportState>>({
        {stockbell::commerce::ImportState::waiting, "waiting"},
        {stockbell::commerce::ImportState::running, "running"},
        {stockbell::commerce::ImportState::done, "done"},
        {stockbell::commerce::ImportState::failed, "failed"},
    });
