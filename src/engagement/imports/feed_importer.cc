#include "engagement/imports/feed_importer.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <future>
#include <thread>

#include "engagement/imports/feed_run.h"
#include "platform/log/log.h"

namespace stockbell::engagement {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kBatch = 2000;
constexpr std::size_t kArchived = 20;

constexpr std::size_t kPreviewed = 1000;

std::unexpected<Error> not_held() {
  return fail(ErrorCode::conflict, "import-not-held", "the import is not held");
}

void move_file(const fs::path& from, const fs::path& to, std::error_code& error) {
  fs::rename(from, to, error);
  if (error != std::errc::cross_device_link) return;
  error.clear();
  fs::copy_file(from, to, error);
  std::error_code ignored;
  if (!error) fs::remove(from, ignored);
}

unsigned threads() { return std::clamp(std::thread::hardware_concurrency(), 1u, 4u); }

}  // namespace

struct FeedImporter::Progress {
  FeedImport feed;
  std::vector<RefusedLine> refused;
  std::vector<PreviewedItem> preview;
  // Who waits for what comes back: those for the SKU at place i begin at first_waiting[i].
  std::vector<RequestId> waiting;
  std::vector<std::size_t> first_waiting;
  bool completed = false;  // and written
};

Result<> FeedImporter::load() {
  std::error_code error;
  fs::create_directories(work_dir_ / "processing", error);
  fs::create_directories(work_dir_ / "archive", error);
  if (error)
    return fail(ErrorCode::unavailable, "feed-folder",
                "cannot create " + work_dir_.string() + ": " + error.message());
  return {};
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
  std::error_code error, ignored;
  move_file(manifest_of(file), manifest_of(feed.path), ignored);  // most feeds have none
  move_file(file, feed.path, error);
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
  Progress progress{std::move(feed), {}, {}, {}, {}, false};
  auto& now = progress.feed;
  now.state = "failed";
  if (!fs::exists(now.path)) {
    now.reason = "the file is gone";
    return finish(progress);
  }
  const auto done = import_file(progress);
  if (done) {
    now.state = *done;
  } else {
    if (done.error().code != ErrorCode::invalid)
      return std::unexpected(done.error());  // run again later
    now.reason = done.error().message;
  }
  return now.state == "held" ? save_held(progress) : finish(progress);
}

Result<std::string> FeedImporter::import_file(Progress& progress) {
  auto& now = progress.feed;
  SB_TRY(file, FeedFile::open(now.path));
  now.bytes = static_cast<std::int64_t>(file.size());
  now.rows_read = now.rows_refused = 0;
  SB_CHECK(start(now));
  SB_TRY(manifest, read_manifest(now.path));
  std::future<Result<std::string>> sha256;
  if (manifest) sha256 = std::async(std::launch::async, sha256_of, fs::path(now.path));
  SB_TRY(begin, read_start(file));
  SB_TRY(header, FeedHeader::create(begin.names));
  FeedRun run(file, begin, header, stock_.table(), now.arrived_at);
  SB_TRY(changes, run.compare(threads()));
  auto last = database_.read([&](db::Session& s) { return imports_.last_done_hash(s); });
  if (!last) return std::unexpected(std::move(last).error());
  if (*last == changes.content_hash) return std::string("duplicate");
  now.content_hash = changes.content_hash;
  now.rows_read = changes.rows_read;
  now.rows_refused = changes.rows_refused;
  progress.refused = std::move(changes.refused);
  std::string checksum;
  if (manifest) {
    SB_TRY(found, sha256.get());
    checksum = std::move(found);
  }
  SB_TRY(held, hold(progress, manifest, changes, checksum));
  if (held) return std::string("held");
  SB_CHECK(start(now));
  SB_CHECK(apply(progress, run, changes));
  return std::string("completed");
}

Result<bool> FeedImporter::hold(Progress& progress, const std::optional<FeedManifest>& manifest,
                                const FeedChanges& changes, const std::string& sha256) {
  auto& now = progress.feed;
  GuardNumbers numbers;
  numbers.rows = changes.rows_read;
  numbers.known = static_cast<std::int64_t>(stock_.table().size());
  numbers.opened = now.opened = static_cast<std::int64_t>(changes.opened.size());
  numbers.closed = now.closed = changes.closed;
  numbers.bytes = now.bytes;
  numbers.sha256 = sha256;
  numbers.manifest = manifest;
  now.full = !manifest || manifest->full;
  now.built_at = manifest ? manifest->built_at : std::nullopt;
  auto before = database_.read([&](db::Session& session) -> Result<> {
    SB_TRY(rows, imports_.last_rows(session, now.name));
    numbers.rows_before = now.rows_before = rows;
    SB_TRY(built, imports_.last_built(session));
    numbers.built_before = built;
    return {};
  });
  if (!before) return std::unexpected(std::move(before).error());
  SB_CHECK(find_people(changes.opened, progress));
  numbers.people = now.people = static_cast<std::int64_t>(progress.waiting.size());
  SB_CHECK(
      database_.write([&](db::Session& session) { return imports_.save_guarded(session, now); }));
  if (now.released) return false;
  const auto reasons = judge(options_.limits, numbers);
  now.reason = fmt::format("{}", fmt::join(reasons, "; "));
  return !reasons.empty();
}

namespace {

struct Waiting {
  std::vector<RequestId> requests;
  std::vector<std::size_t> count;  // by SKU
};

Result<Waiting> read_waiting(db::Database& database, std::span<const OpenedSku> opened) {
  constexpr std::size_t kAsked = 1000;
  Waiting waiting;
  auto read = database.read([&](db::Session& session) -> Result<> {
    waiting = {};
    waiting.count.resize(opened.size());
    for (std::size_t first = 0; first < opened.size(); first += kAsked) {
      std::vector<WaitingAt> found;
      std::vector<std::string_view> skus;
      for (const auto& one : opened.subspan(first, std::min(kAsked, opened.size() - first)))
        skus.push_back(one.sku);
      SB_CHECK(ExtensionStore().each_waiting(session, skus,
                                             [&](const WaitingAt& one) { found.push_back(one); }));
      std::ranges::sort(found);
      for (const auto& one : found) {
        waiting.requests.push_back(one.request);
        ++waiting.count[first + one.place];
      }
    }
    return {};
  });
  if (!read) return std::unexpected(std::move(read).error());
  return waiting;
}

}  // namespace

// The preview keeps the items that most people wait for.
Result<> FeedImporter::find_people(std::span<const OpenedSku> opened, Progress& progress) {
  const std::size_t parts = opened.size() < kBatch ? 1 : threads();
  std::vector<std::future<Result<Waiting>>> reading;
  for (std::size_t i = 0; i < parts; ++i) {
    const auto begin = opened.size() * i / parts, end = opened.size() * (i + 1) / parts;
    reading.push_back(std::async(parts > 1 ? std::launch::async : std::launch::deferred,
                                 read_waiting, std::ref(database_),
                                 opened.subspan(begin, end - begin)));
  }
  progress.first_waiting = {0};
  std::size_t at = 0;
  for (auto& part : reading) {
    SB_TRY(found, part.get());
    progress.waiting.insert(progress.waiting.end(), found.requests.begin(), found.requests.end());
    for (const auto count : found.count) {
      progress.first_waiting.push_back(progress.first_waiting.back() + count);
      const auto& [sku, ats] = opened[at++];
      if (count > 0) progress.preview.push_back({sku, ats, static_cast<std::int64_t>(count)});
    }
  }
  std::ranges::stable_sort(progress.preview, std::ranges::greater(), &PreviewedItem::people);
  progress.preview.resize(std::min(progress.preview.size(), kPreviewed));
  return {};
}

Result<> FeedImporter::save_held(Progress& progress) {
  const auto& feed = progress.feed;
  SB_CHECK(database_.write([&](db::Session& session) {
    return imports_.hold(session, feed, progress.refused, progress.preview);
  }));
  log::warning("feed_held", {{"id", std::to_string(feed.id.value)}, {"reason", feed.reason}});
  return {};
}

Result<> FeedImporter::release(ImportId id) {
  SB_CHECK(get_held(id));
  auto released =
      database_.write([&](db::Session& session) { return imports_.release(session, id); });
  if (!released) return std::unexpected(std::move(released).error());
  return *released ? Result<>() : not_held();
}

Result<> FeedImporter::discard(ImportId id) {
  SB_TRY(feed, get_held(id));
  auto discarded = database_.write(
      [&](db::Session& session) { return imports_.discard(session, id, clock_.now()); });
  if (!discarded) return std::unexpected(std::move(discarded).error());
  if (!*discarded) return not_held();
  archive(feed);
  return {};
}

Result<FeedImport> FeedImporter::get_held(ImportId id) {
  auto feed = database_.read([&](db::Session& session) { return imports_.find(session, id); });
  if (!feed) return std::unexpected(std::move(feed).error());
  if (!*feed) return fail(ErrorCode::not_found, "import-unknown", "there is no such import");
  if ((*feed)->state != "held") return not_held();
  return std::move(**feed);
}

Result<> FeedImporter::start(const FeedImport& feed) {
  return database_.write([&](db::Session& session) {
    return imports_.start(session, feed.id, feed.content_hash, feed.bytes);
  });
}

Result<> FeedImporter::apply(Progress& progress, FeedRun& run, FeedChanges& changes) {
  SB_CHECK(apply_rows(progress.feed, run, changes.rows));
  return apply_lines(progress, changes.lines, changes.opened);
}

StockLedger::Inside FeedImporter::counting(const FeedImport& feed, std::size_t lines) {
  return [this, &feed, lines](db::Session& session) {
    return imports_.add_changed(session, feed.id, static_cast<std::int64_t>(lines), feed.rows_read,
                                feed.rows_refused);
  };
}

Result<> FeedImporter::apply_rows(const FeedImport& feed, FeedRun& run,
                                  std::span<const ChangedRow> rows) {
  std::vector<CatalogItem> items;
  std::vector<FeedLine> lines;
  for (; !rows.empty(); rows = rows.subspan(lines.size())) {
    items.clear();
    lines.clear();
    for (const auto& place : rows.first(std::min(rows.size(), kBatch))) {
      SB_TRY(read, run.read(place));
      auto& item = read.row.item;
      lines.push_back({item.sku, std::move(read.row.stock), read.marks});
      const auto known = stock_.table().find_known(stock_.table().key_of(item.sku));
      if (!known || known->marks.item_hash != item.row_hash) items.push_back(std::move(item));
    }
    const auto count = counting(feed, lines.size());
    const auto with_stock = [&](db::Session& session) -> Result<> {
      SB_CHECK(catalog_.save(session, items));
      return count(session);
    };
    SB_CHECK(stock_.apply_feed(lines, "feed " + feed.name, with_stock));
  }
  return {};
}

Result<> FeedImporter::apply_lines(Progress& progress, std::span<const FeedLine> lines,
                                   std::span<const OpenedSku> opened) {
  const auto source = "feed " + progress.feed.name;
  if (lines.size() < options_.write_down_from) {
    for (; !lines.empty(); lines = lines.subspan(std::min(lines.size(), kBatch))) {
      const auto batch = lines.first(std::min(lines.size(), kBatch));
      SB_CHECK(stock_.apply_feed(batch, source, counting(progress.feed, batch.size())));
    }
    return {};
  }
  WaitingBySku waiting;
  if (options_.everyone_enters)
    for (std::size_t i = 0; i < opened.size(); ++i) {
      const auto first = progress.first_waiting[i], end = progress.first_waiting[i + 1];
      if (first != end)
        waiting.emplace(opened[i].sku, std::span(progress.waiting).subspan(first, end - first));
    }
  // In the same transaction the import is completed: what is carried out from then on would hold
  // up another.
  const auto count = counting(progress.feed, lines.size());
  auto done = progress.feed;
  done.state = "completed";
  done.finished_at = clock_.now();
  const auto complete = [&](db::Session& session) -> Result<> {
    SB_CHECK(count(session));
    return imports_.finish(session, done, progress.refused);
  };
  SB_CHECK(stock_.record_feed(lines, waiting, source, complete));
  progress.completed = true;
  return {};
}

Result<> FeedImporter::finish(Progress& progress) {
  auto& feed = progress.feed;
  feed.finished_at = clock_.now();
  if (!progress.completed)
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
  fs::remove(manifest_of(from), ignored);
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());  // names begin with ids, which are ordered by time
  while (files.size() > kArchived) {
    fs::remove(files.front(), ignored);
    files.erase(files.begin());
  }
}

}  // namespace stockbell::engagement
