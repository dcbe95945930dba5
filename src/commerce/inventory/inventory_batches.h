// Carries what an inventory file says to InventoryService batch by batch, and keeps what must go
// when the file has been read to its end: records that replaced lists do not have any more, lists
// that were deleted. One importer's own; one thread. Step 8.
#pragma once
#include <map>
#include <set>
#include <unordered_set>

#include "commerce/inventory/inventory_import.h"
#include "commerce/inventory/record_builder.h"

namespace stockbell::commerce {

class InventoryBatches {
 public:
  InventoryBatches(InventoryService& inventory, ImportTally& tally, const InventoryImport& import);

  const std::string& default_list() const { return default_list_; }
  // The list that a file's list is here (InventoryService::list_here).
  Result<std::string> list_here(const std::string& named);
  // The same for a list whose header comes: it may become the one of a shop without lists.
  Result<std::string> adopt_list(const std::string& named);
  // Reports a list that no site sells from, once. `line`: of its header, or 0.
  void note_unsold(const std::string& list, std::int64_t line);
  // A list of the file begins: in mode replace what an earlier appearance loaded is to go.
  void begin_list(const std::string& list);
  // All records of the list are to go that do not come after this.
  void delete_list(const std::string& list);
  Result<> put_header(const InventoryList& list);
  // Who reads counts the record; a refused one goes to the tally, and is not removed by a
  // replacing.
  Result<> take(RecordBuilder&& record, const std::string& list);
  Result<> finish();

  ImportMode mode() const { return import_.mode; }
  ImportTally& tally() { return tally_; }
  InventoryService& inventory() { return inventory_; }

 private:
  struct Kept {
    std::unordered_set<std::uint64_t> skus;  // hashes: eight bytes for each record of the file
    bool forget = false;                     // the list itself goes, too
  };
  Result<> flush();
  Result<> remove_others(const std::string& list, const Kept& kept);

  InventoryService& inventory_;
  ImportTally& tally_;
  InventoryImport import_;
  std::string default_list_;
  std::map<std::string, std::string> here_;  // lists that the file named, and what they are here
  std::set<std::string> unsold_;             // those that were reported
  std::map<std::string, Kept> pruned_;
  std::vector<StockChange> changes_;
  std::int64_t refusals_ = 0;  // of rows whose SKU is known
};

}  // namespace stockbell::commerce
