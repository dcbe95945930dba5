// What a box holds of people, by the normalised address of a mailbox (platform/text): to export it
// and to erase it. Each box that keeps addresses implements it; app/privacy asks them all.
// Thread-safe.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stockbell {

// Rows removed, by kind: {"contacts": 1, "requests": 3}.
using ErasedRows = std::map<std::string, std::int64_t>;

class PersonalData {
 public:
  virtual ~PersonalData() = default;
  virtual std::string_view box() const = 0;  // "crm"

  // Everything of this address, as one JSON object: {"contacts": [...], "requests": [...]}.
  virtual Result<std::string> export_of(const std::string& address) = 0;

  // Removes everything of these addresses and notes the receipts, in one transaction. What is on
  // its way to them does not leave any more. Unknown addresses are fine.
  virtual Result<ErasedRows> erase(const std::vector<std::string>& addresses,
                                   const std::vector<std::string>& receipts) = 0;

  // Those of `receipts` that this store has not noted: a crash came between, or the store was
  // restored from a backup.
  virtual Result<std::vector<std::string>> find_unerased(
      const std::vector<std::string>& receipts) = 0;
  // Calls `each` with every normalised address held, in no order, perhaps more than once.
  virtual Result<> for_each_address(const std::function<void(std::string_view)>& each) = 0;
};

}  // namespace stockbell
