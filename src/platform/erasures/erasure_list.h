// The list of erasures in the data folder: one line each, written and synced before anything is
// erased, and never removed. It outlives the stores: what a restored store has not carried out is
// carried out again. A line holds time, receipt, the keyed digest of the address, and which key.
// Not thread-safe; app/privacy owns the one there is.
//
//   2026-01-31T08:15:00.000Z er-Zk3… 5f2c…(64 hex) 1a2b3c4d
#pragma once
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace stockbell::erasures {

struct Erasure {
  Time at{};
  std::string receipt, address_hash;
};

class ErasureList {
 public:
  // `file` need not exist; the key is made when there is none. Lines of `file`.restored, which a
  // backup brings, are taken over. Error: invalid, "erasures-key" when lines were written with
  // another key: their addresses could not be told.
  static Result<ErasureList> open(const std::filesystem::path& file,
                                  const std::filesystem::path& key_file, Random& random);

  const std::vector<Erasure>& all() const { return all_; }
  std::string hash(std::string_view normalized_address) const;
  // On disk when it returns.
  Result<Erasure> add(std::string_view normalized_address, Time now, Random& random);

 private:
  ErasureList(std::filesystem::path file, std::string key);
  Result<> read(const std::filesystem::path& file);
  Result<> take_over(const std::filesystem::path& restored);
  Result<> append(const Erasure& erasure);

  std::filesystem::path file_;
  std::string key_, key_name_;
  std::vector<Erasure> all_;
  std::set<std::string> receipts_;
};

}  // namespace stockbell::erasures
