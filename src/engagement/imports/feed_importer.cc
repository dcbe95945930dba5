#include "engagement/imports/feed_importer.h"

#include <fstream>

#include "engagement/imports/delimited_reader.h"
#include "platform/log/log.h"

namespace stockbell::engagement {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kBatch = 1000;
constexpr std::size_t kRefusedKept = 1000;
constexpr std::size_t kArchived = 20;

// Of everything a row tells: to know a row that stands twice from two that contradict each other.
std::int64_t digest_of(const FeedRow& row) {
  if (!row.stock) return row.item.row_hash;
  const auto stock = static_cast<std::uint64_t>(row.stock->ats) * 4 + (row.stock->in_stock ? 3 : 1);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(row.item.row_hash) * 31 + stock);
}

}  // namespace

struct FeedImporter::Progress {
  FeedImport feed;
  std::vector<CatalogItem> items;
  std::vector<StockObservation> stock;
  std::size_t changed = 0;  // rows in the batch
  std::vector<RefusedLine> refused;
  std::uint32_t run = 0;
  // Of SKUs that are not known yet: the digest of their row. What is known has it beside its hash.
  std::unordered_map<std::string, std::int64_t> seen;

  // The digest of the SKU's earlier row, or notes this one.
  std::optional<std::int64_t> note_new(const std::string& sku, std::int64_t digest) {
    const auto [at, first] = seen.emplace(sku, digest);
    return first ? std::nullopt : std::optional(at->second);
  }
  void refuse(std::size_t line, const Error& error) {
    ++feed.rows_refused;
    if (refused.size() < kRefusedKept)
      refused.push_back({static_cast<std::int64_t>(line), error.reason, error.message});
  }
};

Result<> FeedImporter::load() {
  std::error_code error;
  fs::create_directories(work_dir_ / "processing", error);
  fs::create_directories(work_dir_ / "archive", error);
  if (error)
    return fail(ErrorCode::unavailable, "feed-folder",
                "cannot create " + work_dir_.string() + ": " + error.message());
  return database_.read([&](db::Session& session) {
    return catalog_.each_hash(session, [&](std::string_view sku, std::int64_t hash) {
      rows_[std::string(sku)].hash = hash;
    });
  });
}

Result<ImportId> FeedImporter::accept(const fs::path& file) {
  FeedImport feed;
  feed.id = ids_.make<ImportId>();
  feed.name = file.filename().string();
  feed.path = work_dir_ / "processing" / fmt::format("{}-{}", feed.id.value, feed.name);
  feed.arrived_at = clock_.now();
  std::lock_guard in_one_piece(accepting_);
  // The row comes first: a crash between the two leaves the file in its folder, where the next
  // start finds it.
  SB_CHECK(database_.write([&](db::Session& session) { return imports_.insert(session, feed); }));
  std::error_code error;
  fs::rename(file, feed.path, error);
  if (error == std::errc::cross_device_link) {
    error.clear();
    fs::copy_file(file, feed.path, error);
    std::error_code ignored;
    if (!error) fs::remove(file, ignored);
  }
  if (!error) return feed.id;
  SB_CHECK(database_.write([&](db::Session& session) { return imports_.erase(session, feed.id); }));
  const bool gone = error == std::errc::no_such_file_or_directory;
  return fail(gone ? ErrorCode::not_found : ErrorCode::unavailable,
              gone ? "file-missing" : "file-not-taken",
              "cannot take " + feed.name + ": " + error.message());
}

Result<std::size_t> FeedImporter::run() {
  auto feeds = [&] {
    std::lock_guard none_under_way(accepting_);
    return database_.read([&](db::Session& session) { return imports_.list_unfinished(session); });
  }();
  if (!feeds) return std::unexpected(std::move(feeds).error());
  for (auto& feed : *feeds) SB_CHECK(import_one(std::move(feed)));
  return feeds->size();
}

Result<> FeedImporter::import_one(FeedImport feed) {
  Progress progress;
  progress.feed = std::move(feed);
  progress.run = ++runs_;
  auto& now = progress.feed;
  now.state = "failed";
  if (!fs::exists(now.path)) {
    now.reason = "the file is gone";
    return finish(progress);
  }
  SB_TRY(hash, content_hash(now.path));
  auto last = database_.read([&](db::Session& s) { return imports_.last_done_hash(s); });
  if (!last) return std::unexpected(std::move(last).error());
  if (*last == hash) {
    now.state = "duplicate";
    return finish(progress);
  }
  now.content_hash = hash;
  std::error_code ignored;
  now.bytes = static_cast<std::int64_t>(fs::file_size(now.path, ignored));
  now.rows_read = now.rows_refused = 0;
  SB_CHECK(database_.write(
      [&](db::Session& session) { return imports_.start(session, now.id, hash, now.bytes); }));
  std::ifstream in(now.path, std::ios::binary);
  const auto read = read_rows(in, progress);
  if (!read && read.error().code != ErrorCode::invalid) return read;  // run again later
  now.state = read ? "completed" : "failed";
  if (!read) now.reason = read.error().message;
  return finish(progress);
}

Result<> FeedImporter::read_rows(std::istream& in, Progress& progress) {
  DelimitedReader reader(in);
  std::vector<std::string> values;
  if (!reader.next(values)) return fail(ErrorCode::invalid, "file-empty", "the file is empty");
  SB_TRY(header, FeedHeader::create(values));
  while (reader.next(values))
    SB_CHECK(take_row(header, values, reader.line(), reader.broken(), progress));
  if (in.bad()) return fail(ErrorCode::unavailable, "file-unreadable", "reading the file failed");
  return flush(progress);
}

Result<> FeedImporter::take_row(const FeedHeader& header, const std::vector<std::string>& values,
                                std::size_t line, bool broken, Progress& progress) {
  ++progress.feed.rows_read;
  auto row = broken
                 ? Result<FeedRow>(fail(ErrorCode::invalid, "quote-open",
                                        "a quote is never closed, or the row is longer than 1 MiB"))
                 : parse_feed_row(header, values, progress.feed.arrived_at);
  KnownRow* known = nullptr;
  if (row) {
    const auto digest = digest_of(*row);
    if (const auto found = rows_.find(row->item.sku); found != rows_.end()) known = &found->second;
    std::optional<std::int64_t> earlier;
    if (!known)
      earlier = progress.note_new(row->item.sku, digest);
    else if (known->run == progress.run)
      earlier = known->digest;
    if (earlier == digest) return {};  // word for word again
    if (earlier) {
      row = fail(ErrorCode::invalid, "sku-repeated",
                 "the SKU stands in an earlier line already, with other values");
    } else if (known) {
      known->digest = digest;
      known->run = progress.run;
    }
  }
  if (!row) {
    progress.refuse(line, row.error());
    return {};
  }
  const bool item_changed = !known || known->hash != row->item.row_hash;
  const bool stock_changed = row->stock && stock_.news(*row->stock);
  if (!item_changed && !stock_changed) return {};
  if (item_changed) progress.items.push_back(std::move(row->item));
  if (stock_changed) progress.stock.push_back(std::move(*row->stock));
  if (++progress.changed < kBatch) return {};
  return flush(progress);
}

Result<> FeedImporter::flush(Progress& progress) {
  if (progress.changed == 0) return {};
  const auto& feed = progress.feed;
  auto stored =
      stock_.observe(progress.stock, "feed " + feed.name, [&](db::Session& s) -> Result<> {
        SB_CHECK(catalog_.save(s, progress.items));
        return imports_.add_changed(s, feed.id, static_cast<std::int64_t>(progress.changed),
                                    feed.rows_read, feed.rows_refused);
      });
  if (!stored) return std::unexpected(std::move(stored).error());
  for (const auto& item : progress.items) {
    const auto [known, first] = rows_.try_emplace(item.sku);
    known->second.hash = item.row_hash;
    if (!first) continue;
    const auto noted = progress.seen.extract(item.sku);
    known->second.digest = noted.mapped();
    known->second.run = progress.run;
  }
  progress.items.clear();
  progress.stock.clear();
  progress.changed = 0;
  return {};
}

Result<> FeedImporter::finish(Progress& progress) {
  auto& feed = progress.feed;
  feed.finished_at = clock_.now();
  SB_CHECK(database_.write(
      [&](db::Session& session) { return imports_.finish(session, feed, progress.refused); }));
  log::info("feed_import", {{"id", std::to_string(feed.id.value)},
                            {"state", feed.state},
                            {"read", std::to_string(feed.rows_read)},
                            {"refused", std::to_string(feed.rows_refused)}});
  archive(feed);
  return {};
}

void FeedImporter::archive(const FeedImport& feed) {
  std::error_code ignored;
  const fs::path from = feed.path;
  const auto folder = work_dir_ / "archive";
  fs::rename(from, folder / from.filename(), ignored);
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());  // names begin with ids, which are ordered by time
  while (files.size() > kArchived) {
    fs::remove(files.front(), ignored);
    files.erase(files.begin());
  }
}

}  // namespace stockbell::engagement
