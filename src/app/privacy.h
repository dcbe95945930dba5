// Export and erasure by e-mail address over all boxes that run here. An erasure is written to the
// data folder's list first, then each box removes its rows in a transaction of its own; what a
// crash leaves undone, or a restored backup undoes, is carried out at the next start. Thread-safe.
#pragma once
#include <memory>
#include <mutex>

#include "contracts/personal_data.h"
#include "platform/erasures/erasure_list.h"
#include "platform/http/http.h"

namespace stockbell::app {

class Privacy {
 public:
  struct Parts {
    std::filesystem::path data_dir;    // holds the list `erasures` and its key keys/privacy
    std::vector<PersonalData*> boxes;  // in the order a request travels, so that none comes after
    std::function<Result<>()> wipe;    // leaves nothing of deleted rows in the stores' files
    // While held no rows are between two boxes; may be empty.
    std::function<std::unique_lock<std::mutex>()> pause_sync;
    const Clock& clock;
    Random& random;
  };
  struct Receipt {
    erasures::Erasure erasure;
    std::map<std::string, ErasedRows> boxes;
  };

  // Carries out what is on the list and not noted in a box's store: before the boxes are started.
  static Result<std::unique_ptr<Privacy>> create(Parts parts);

  // {"address", "exported_at", "boxes": {"crm": {...}, ...}}. Error: invalid, "email-invalid".
  Result<std::string> export_of(const std::string& email);
  // An address nobody knows has its receipt, too. When a store is away the erasure stands and is
  // completed by the next call or start: unavailable, "erasure-unfinished".
  Result<Receipt> erase(const std::string& email);

  // POST /api/v1/privacy/export, /api/v1/privacy/erase.
  void add_routes(http::Router& router);

 private:
  Privacy(Parts parts, erasures::ErasureList list)
      : parts_(std::move(parts)), list_(std::move(list)) {}
  Result<> carry_out();
  Result<> carry_out(PersonalData& box, const std::vector<std::string>& receipts);
  void wipe();

  Parts parts_;
  std::mutex mutex_;  // one erasure at a time
  erasures::ErasureList list_;
  bool unfinished_ = false;  // a store was away
};

}  // namespace stockbell::app
