#include "import/feed_data.h"

#include <fmt/format.h>

#include <cstdio>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace stockbell::bench {
namespace {

constexpr std::int64_t kVariants = 8;
constexpr std::string_view kColors[] = {"Navy", "Sand", "Fir green", "Brick red"};
constexpr std::string_view kSizes[] = {"S", "M", "L", "XL"};
constexpr std::size_t kBlock = 1 << 20;

std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ull;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebull;
  return value ^ (value >> 31);
}

class Output {
 public:
  explicit Output(const std::filesystem::path& file)
      : file_(std::fopen(file.c_str(), "wb"), &std::fclose) {
    if (!file_) throw std::runtime_error("cannot write " + file.string());
  }
  void flush(std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size())
      throw std::runtime_error("the disk is full");
    bytes_ += static_cast<std::int64_t>(text.size());
    text.clear();
  }
  std::int64_t bytes() const { return bytes_; }

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  std::int64_t bytes_ = 0;
};

}  // namespace

FeedData::FeedData(std::int64_t rows) : rows_(rows) {
  for (std::int64_t i = 0; i < rows; ++i) {
    if (!sold_out(i)) continue;
    sold_out_.push_back(static_cast<std::uint32_t>(i));
    back_ += comes_back(i);
  }
  if (back_ == 0) throw std::runtime_error("too few products: none comes back");
  for (std::int64_t i = 0; i < rows; ++i) matches_ += comes_back(request(i).sku);
}

std::string FeedData::sku(std::int64_t number) {
  return fmt::format("HP-{:08}-{:02}", number / kVariants, number % kVariants);
}

// 24 of 100 are sold out, and 1 of these 24 comes back.
bool FeedData::sold_out(std::int64_t number) {
  return mixed(static_cast<std::uint64_t>(number) + 1) % 100 < 24;
}
bool FeedData::comes_back(std::int64_t number) {
  return sold_out(number) && mixed(static_cast<std::uint64_t>(number) + 1) / 100 % 24 == 0;
}

OpenRequest FeedData::request(std::int64_t number) const {
  const auto drawn = mixed(static_cast<std::uint64_t>(number) * 2 + 0x5bd1e995);
  constexpr std::int64_t kMonthMs = 30LL * 24 * 3600 * 1000;
  return {number + 1, number / 2 + 1,
          kObservedAtMs + static_cast<std::int64_t>(static_cast<double>(number) /
                                                    static_cast<double>(rows_) * kMonthMs),
          sold_out_[drawn % sold_out_.size()]};
}

void FeedData::append_row(std::int64_t number, bool in_stock, std::string& out) {
  const auto master = number / kVariants, variant = number % kVariants;
  fmt::format_to(
      std::back_inserter(out),
      "\"HP-{0:08}-{1:02}\"|\"HP-{0:08}\"|\"Lambswool jumper {0}\"|"
      "\"https://shop.example/p/HP-{0:08}\"|\"HP-{0:08}-{1:02}\"|\"{2}.00\"|\"{3}\"|\"{4}\"|"
      "\"EUR\"|\"{5}\"|\"{6}\"\r\n",
      master, variant, 49 + master % 200, in_stock ? 'Y' : 'N', in_stock ? 1 + number % 9 : 0,
      kColors[variant % 4], kSizes[variant / 2]);
}

std::int64_t FeedData::write_feed(const std::filesystem::path& file, bool after) const {
  Output output(file);
  std::string block(kFeedHeader);
  for (std::int64_t i = 0; i < rows_; ++i) {
    append_row(i, !sold_out(i) || (after && comes_back(i)), block);
    if (block.size() > kBlock) output.flush(block);
  }
  output.flush(block);
  return output.bytes();
}

void FeedData::write_requests(const std::filesystem::path& file) const {
  Output output(file);
  std::string block;
  for (std::int64_t i = 0; i < rows_; ++i) {
    const auto one = request(i);
    fmt::format_to(std::back_inserter(block), "{}|{}|{}|{}\n", one.id, one.contact, sku(one.sku),
                   one.requested_at_ms);
    if (block.size() > kBlock) output.flush(block);
  }
  output.flush(block);
}

}  // namespace stockbell::bench
