#include "engagement/import_definitions/import_work.h"

#include <openssl/evp.h>

#include <charconv>
#include <fstream>

#include "engagement/import_definitions/definition_reader.h"
#include "engagement/import_definitions/name_pattern.h"
#include "platform/log/log.h"

namespace stockbell::engagement {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kRowsAtOnce = 20'000, kBytesAtOnce = 16 * 1024 * 1024;
constexpr std::string_view kEnded = "import-run-ended", kAgain = "import-run-again";

Result<std::string> sha256_of_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::string piece(256 * 1024, '\0');
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    EVP_DigestUpdate(context.get(), piece.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (!in.eof()) return fail(ErrorCode::invalid, "file-missing", "the file is gone");
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(context.get(), digest, &size);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

std::size_t size_of(const TypedRow& row) {
  std::size_t size = row.values.size() * sizeof(db::Value);
  for (const auto& value : row.values)
    if (const auto* text = std::get_if<std::string>(&value.get())) size += text->size();
  return size;
}

std::string text_of(const std::vector<std::size_t>& columns) {
  std::string text;
  for (const auto column : columns) text += fmt::format("{}{}", text.empty() ? "" : ",", column);
  return text;
}

std::vector<std::size_t> columns_of(std::string_view text) {
  std::vector<std::size_t> columns;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    std::size_t column = 0;
    std::from_chars(text.data(), text.data() + end, column);
    columns.push_back(column);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return columns;
}

}  // namespace

ImportWork::MaybeOutcome ImportWork::judge(FileRule rule, std::string reason) const {
  if (rule == FileRule::apply || run_.released) return std::optional<Outcome>();
  if (rule == FileRule::ignore) return std::optional(Outcome{"ignored", std::move(reason)});
  if (rule == FileRule::hold) return std::optional(Outcome{"held", std::move(reason)});
  return std::optional(Outcome{"failed", std::move(reason)});
}

// Whether the run, and what was gathered, may still be worked on.
Result<> ImportWork::check_open(db::Session& session, bool staged) {
  SB_TRY(runs, ports_.store.still_runs(session, run_.id));
  if (!runs) return fail(ErrorCode::conflict, std::string(kEnded), "the run was ended");
  if (!staged) return {};
  SB_TRY(there, staging_->exists(session));
  if (!there) return fail(ErrorCode::conflict, std::string(kAgain), "its rows are gone");
  return {};
}

// The extension as it is now: where its rows are may have changed since.
Result<DataExtension> ImportWork::current(db::Session& session) {
  SB_TRY(found, ports_.extensions.definitions().find(session, extension_.id));
  if (!found)
    return fail(ErrorCode::invalid, "data-extension-unknown", "the data extension was deleted");
  return std::move(*found);
}

void ImportWork::make_staging(std::vector<std::size_t> columns) {
  staging_.emplace(ports_.extensions, ports_.ids, extension_, run_.staged_table, definition_.action,
                   definition_.duplicate_keys, std::move(columns), *run_.started_at);
}

Result<> ImportWork::begin() {
  const auto left = run_.staged_table;
  std::error_code error;
  run_.started_at = ports_.extensions.clock().now();
  run_.staged_table = ports_.ids.next();
  run_.bytes = static_cast<std::int64_t>(fs::file_size(run_.path, error));
  auto begun = ports_.extensions.database().write([&](db::Session& session) -> Result<bool> {
    if (left != 0) SB_CHECK(ports_.extensions.definitions().drop_staged(session, left));
    return ports_.store.start(session, run_);
  });
  SB_CHECK(begun);
  if (!*begun) return fail(ErrorCode::conflict, std::string(kEnded), "the run was ended");
  run_.rows_read = run_.rows_refused = run_.rows_duplicated = run_.rows_applied = 0;
  run_.applied_through = 0;
  if (error) return fail(ErrorCode::invalid, "file-missing", "the file is gone");
  return {};
}

ImportWork::MaybeOutcome ImportWork::look_at_age() {
  SB_TRY(pattern, NamePattern::parse(definition_.pattern));
  const auto now = *run_.started_at;
  const auto most = std::chrono::hours(definition_.max_age_hours);
  if (pattern.has_date() && most.count() > 0 && from_ms(run_.order_time) < now - most)
    return judge(definition_.too_old,
                 fmt::format("the file is of {}, more than {} hours ago",
                             to_rfc3339(from_ms(run_.order_time)), definition_.max_age_hours));
  auto applied = ports_.extensions.database().read(
      [&](db::Session& session) { return ports_.store.find_applied(session, run_.definition_id); });
  SB_CHECK(applied);
  const bool older =
      std::pair(run_.order_time, run_.order_sequence) < std::pair(applied->time, applied->sequence);
  if (!pattern.has_order() || applied->hash.empty() || !older) return std::optional<Outcome>();
  return judge(definition_.too_old, "a file that is newer by its name was imported before");
}

ImportWork::MaybeOutcome ImportWork::look_at_content() {
  SB_TRY(hash, sha256_of_file(run_.path));
  run_.content_hash = hash;
  auto applied =
      ports_.extensions.database().write([&](db::Session& session) -> Result<AppliedFile> {
        SB_CHECK(check_open(session, false));
        SB_CHECK(ports_.store.start(session, run_));
        return ports_.store.find_applied(session, run_.definition_id);
      });
  SB_CHECK(applied);
  if (applied->hash != hash) return std::optional<Outcome>();
  return judge(definition_.duplicate, "the file is the same as the last one that was imported");
}

Result<> ImportWork::flush() {
  if (!staging_) return {};
  struct Done {
    ImportRun run;
    std::int64_t kept = 0;
  };
  auto done = ports_.extensions.database().write([&](db::Session& session) -> Result<Done> {
    Done next{run_, errors_kept_};
    SB_CHECK(check_open(session, staged_));
    if (!staged_) SB_CHECK(staging_->create(session));
    SB_TRY(doubles, staging_->add(session, rows_));
    next.run.rows_read += std::ssize(rows_) + std::ssize(refused_);
    next.run.rows_refused += std::ssize(refused_);
    next.run.rows_duplicated += std::ssize(doubles);
    SB_CHECK(ports_.store.add_errors(session, run_.id, refused_, next.kept));
    SB_CHECK(ports_.store.add_errors(session, run_.id, doubles, next.kept));
    SB_CHECK(ports_.store.save_progress(session, next.run));
    return next;
  });
  SB_CHECK(done);
  staged_ = true;
  run_ = std::move(done->run);
  errors_kept_ = done->kept;
  rows_.clear();
  refused_.clear();
  bytes_ = 0;
  return {};
}

Result<> ImportWork::stage() {
  ImportReader reader(definition_, extension_, *run_.started_at);
  const auto filled = [&]() -> Result<> {
    if (!staging_) make_staging(reader.columns());
    const bool full = rows_.size() + refused_.size() >= kRowsAtOnce || bytes_ >= kBytesAtOnce;
    return full ? flush() : Result<>();
  };
  SB_CHECK(reader.read(
      run_.path,
      [&](TypedRow row) -> Result<> {
        bytes_ += size_of(row);
        rows_.push_back(std::move(row));
        return filled();
      },
      [&](ImportRunError error) -> Result<> {
        refused_.push_back(std::move(error));
        return filled();
      }));
  if (!staging_) make_staging(reader.columns());
  SB_CHECK(flush());
  run_.staged_columns = text_of(reader.columns());
  return {};
}

Result<> ImportWork::take_out_misfits() {
  if (definition_.action != ImportAction::add && definition_.action != ImportAction::update)
    return {};
  std::int64_t after = 0;
  for (;;) {
    struct Done {
      std::int64_t through = 0;
      ImportRun run;
      std::int64_t kept = 0;
    };
    auto done = ports_.extensions.database().write([&](db::Session& session) -> Result<Done> {
      Done next{0, run_, errors_kept_};
      SB_CHECK(check_open(session, true));
      SB_TRY(extension, current(session));
      staging_->retarget(extension);
      SB_TRY(through, staging_->piece_end(session, after));
      next.through = through;
      if (through == 0) return next;
      SB_TRY(refused, staging_->refuse_misfits(session, after, through));
      next.run.rows_refused += std::ssize(refused);
      SB_CHECK(ports_.store.add_errors(session, run_.id, refused, next.kept));
      SB_CHECK(ports_.store.save_progress(session, next.run));
      return next;
    });
    SB_CHECK(done);
    if (done->through == 0) return {};
    after = done->through;
    run_ = std::move(done->run);
    errors_kept_ = done->kept;
  }
}

ImportWork::MaybeOutcome ImportWork::look_at_rows() {
  if (definition_.refused_limit && run_.rows_refused > *definition_.refused_limit)
    return std::optional(Outcome{
        "failed", fmt::format("{} of {} rows were refused, more than {}; nothing was imported",
                              run_.rows_refused, run_.rows_read, *definition_.refused_limit)});
  if (run_.rows_read > 0) return std::optional<Outcome>();
  return judge(definition_.blank, "the file is blank");
}

Result<> ImportWork::begin_applying() {
  run_.applying = true;
  return ports_.extensions.database().write([&](db::Session& session) -> Result<> {
    SB_CHECK(check_open(session, true));
    return ports_.store.save_progress(session, run_);
  });
}

Result<> ImportWork::finish_applied(db::Session& session, ImportRun& next) {
  next.state = "completed";
  next.finished_at = ports_.extensions.clock().now();
  SB_CHECK(ports_.store.save_progress(session, next));
  SB_CHECK(ports_.store.set_applied(session, next));
  return ports_.store.finish(session, next);
}

// True: there was nothing left, and the run is over.
Result<bool> ImportWork::apply_piece() {
  auto done = ports_.extensions.database().write([&](db::Session& session) -> Result<ImportRun> {
    auto next = run_;
    SB_CHECK(check_open(session, true));
    SB_TRY(extension, current(session));
    staging_->retarget(extension);
    SB_TRY(through, staging_->piece_end(session, run_.applied_through));
    if (through == 0) {
      SB_CHECK(staging_->drop(session));
      SB_CHECK(finish_applied(session, next));
      return next;
    }
    // Of what other clients have written since they were looked at.
    SB_TRY(refused, staging_->refuse_misfits(session, run_.applied_through, through));
    std::int64_t kept = 0;
    SB_CHECK(ports_.store.add_errors(session, run_.id, refused, kept));
    SB_TRY(first, staging_->first_row(session, run_.applied_through));
    if (first != 0) SB_CHECK(ports_.rows_arrived(session, extension, first));
    SB_TRY(written, staging_->apply(session, run_.applied_through, through));
    next.rows_refused += std::ssize(refused);
    next.rows_applied += written;
    next.applied_through = through;
    SB_CHECK(ports_.store.save_progress(session, next));
    return next;
  });
  SB_CHECK(done);
  run_ = std::move(*done);
  return run_.state == "completed";
}

Result<> ImportWork::apply_rows() {
  for (;;) {
    SB_TRY(over, apply_piece());
    if (over) return {};
  }
}

// Readers have the old rows until this transaction, and all of the new ones after it.
Result<> ImportWork::swap() {
  auto done = ports_.extensions.database().write([&](db::Session& session) -> Result<ImportRun> {
    auto next = run_;
    SB_CHECK(check_open(session, true));
    SB_TRY(extension, current(session));
    SB_TRY(count, staging_->count(session));
    SB_TRY(first, staging_->first_row(session, 0));
    SB_CHECK(ports_.extensions.definitions().swap(session, extension, run_.staged_table,
                                                  ports_.extensions.clock().now()));
    if (first != 0) SB_CHECK(ports_.rows_arrived(session, extension, first));
    next.rows_applied = count;
    SB_CHECK(finish_applied(session, next));
    return next;
  });
  SB_CHECK(done);
  run_ = std::move(*done);
  return {};
}

Result<> ImportWork::finish(const Outcome& outcome) {
  run_.state = outcome.state;
  run_.reason = outcome.reason;
  if (outcome.state != "held") run_.finished_at = ports_.extensions.clock().now();
  return ports_.extensions.database().write([&](db::Session& session) -> Result<> {
    SB_CHECK(ports_.extensions.definitions().drop_staged(session, run_.staged_table));
    return ports_.store.finish(session, run_);
  });
}

Result<> ImportWork::work() {
  auto read = ports_.extensions.database().read([&](db::Session& session) -> Result<> {
    SB_TRY(definition, ports_.store.get(session, run_.definition_id));
    definition_ = std::move(definition);
    if (run_.applying) {
      SB_TRY(then, read_import_definition(run_.definition));
      definition_ = std::move(then);
    }
    return {};
  });
  SB_CHECK(read);
  const bool resumed = run_.applying;
  if (!resumed) {
    text::JsonWriter json;
    json.begin_object();
    write_import_definition(json, definition_);
    json.end_object();
    run_.definition = std::move(json).str();
    SB_CHECK(begin());
  }
  auto extension = ports_.extensions.get(definition_.destination);
  if (!extension && extension.error().code == ErrorCode::not_found)
    return fail(ErrorCode::invalid, "data-extension-unknown",
                "there is no data extension " + definition_.destination + " any more");
  SB_CHECK(extension);
  extension_ = std::move(*extension);
  SB_CHECK(RowStore::check_writable(extension_));
  if (resumed) {
    make_staging(columns_of(run_.staged_columns));
    return definition_.action == ImportAction::overwrite ? swap() : apply_rows();
  }
  SB_TRY(too_old, look_at_age());
  if (too_old) return finish(*too_old);
  SB_TRY(duplicate, look_at_content());
  if (duplicate) return finish(*duplicate);
  SB_CHECK(stage());
  SB_CHECK(take_out_misfits());
  SB_TRY(judged, look_at_rows());
  if (judged) return finish(*judged);
  SB_CHECK(begin_applying());
  return definition_.action == ImportAction::overwrite ? swap() : apply_rows();
}

Result<> ImportWork::end(const Error& error) {
  if (error.reason == kEnded) return {};
  if (error.reason == kAgain || error.code == ErrorCode::unavailable) {
    run_.applying = error.reason == kAgain ? false : run_.applying;
    if (error.reason != kAgain) return std::unexpected(error);
    return ports_.extensions.database().write(
        [&](db::Session& session) { return ports_.store.save_progress(session, run_); });
  }
  const bool ours = error.code == ErrorCode::internal;
  if (ours)
    log::warning("import-failed", {{"run", std::to_string(run_.id)}, {"reason", error.reason}});
  return finish({"failed", ours ? "the store refused the rows" : error.message});
}

Result<> ImportWork::run() {
  auto done = work();
  if (!done) done = end(done.error());
  SB_CHECK(done);
  log::info("import_run", {{"id", std::to_string(run_.id)},
                           {"state", run_.state},
                           {"read", std::to_string(run_.rows_read)},
                           {"refused", std::to_string(run_.rows_refused)}});
  return {};
}

}  // namespace stockbell::engagement
