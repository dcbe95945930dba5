// What every contestant of the import benchmark gets: a catalog of so many SKUs, the feed as it was
// and as it is now (1 % of the SKUs came back), and as many open requests for sold-out SKUs, of
// which about 4.2 % wait for what came back. The same at every run. One thread.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace stockbell::bench {

constexpr int kFeedColumns = 11;
constexpr std::string_view kFeedHeader =
    "\"ProductID\"|\"MasterID\"|\"ProductName\"|\"ProductLink\"|\"SkuID\"|\"RegularPrice\"|"
    "\"InStock\"|\"ATS\"|\"Currency\"|\"Color\"|\"Size\"\r\n";

struct OpenRequest {
  std::int64_t id = 0, contact = 0, requested_at_ms = 0;
  std::int64_t sku = 0;  // its number
};

class FeedData {
 public:
  explicit FeedData(std::int64_t rows);

  std::int64_t rows() const { return rows_; }
  std::int64_t back() const { return back_; }        // SKUs that came back
  std::int64_t matches() const { return matches_; }  // requests that wait for them
  std::int64_t contacts() const { return (rows_ + 1) / 2; }

  static std::string sku(std::int64_t number);
  OpenRequest request(std::int64_t number) const;  // 0 … rows() - 1, in order of time

  // The feed before, or after 1 % came back. Returns its bytes.
  std::int64_t write_feed(const std::filesystem::path& file, bool after) const;
  // id|contact|sku|requested_at_ms, without a header.
  void write_requests(const std::filesystem::path& file) const;

 private:
  static bool sold_out(std::int64_t number);  // before
  static bool comes_back(std::int64_t number);
  static void append_row(std::int64_t number, bool in_stock, std::string& out);

  std::int64_t rows_, back_ = 0, matches_ = 0;
  std::vector<std::uint32_t> sold_out_;
};

// What the known state is: written before the feed arrives.
constexpr std::int64_t kObservedAtMs = 1'767'225'600'000;  // 2026-01-01

}  // namespace stockbell::bench
