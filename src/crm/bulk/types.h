// Jobs of the Bulk API 2.0 (reference 3.7): loading rows from CSV and unloading them into CSV.
// Plain values; used by everything in crm/bulk.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/clock.h"
#include "base/enum_text.h"
#include "base/id.h"
#include "platform/http/http.h"

namespace stockbell::crm::bulk {

using JobId = Id<struct BulkJobTag>;
inline constexpr std::string_view kJobPrefix = "750";

enum class JobKind { ingest, query };
enum class JobState { open, upload_complete, in_progress, job_complete, failed, aborted };
enum class JobOperation { insert, update, upsert, remove, query, query_all };
enum class LineEnding { lf, crlf };
enum class ColumnDelimiter { comma, tab, pipe, semicolon, caret, backquote };

constexpr bool has_ended(JobState state) {
  return state == JobState::job_complete || state == JobState::failed || state == JobState::aborted;
}
constexpr char character(ColumnDelimiter delimiter) {
  return ",\t|;^`"[static_cast<int>(delimiter)];
}
constexpr std::string_view characters(LineEnding ending) {
  return ending == LineEnding::lf ? "\n" : "\r\n";
}

// Who asks, and through which version of the API.
struct Caller {
  std::string name;
  http::Role role = http::Role::anonymous;
  std::string version;  // "59.0"
};

struct Job {
  JobId id;
  JobKind kind = JobKind::ingest;
  JobState state = JobState::open;
  JobOperation operation = JobOperation::insert;
  std::string object;
  std::string external_field{};  // upsert
  std::string query{};           // query jobs; emptied by an erasure
  LineEnding line_ending = LineEnding::lf;
  ColumnDelimiter delimiter = ColumnDelimiter::comma;
  Caller owner;
  Time created_at{}, modified_at{};
  std::int64_t upload = 0;    // the number in the upload's file name; 0: nothing uploaded
  std::int64_t bytes = 0;     // on disk
  std::int64_t position = 0;  // ingest: byte at which the next batch begins; query: the last id
  std::int64_t line = 0;      // ingest: its line
  std::int64_t batches = 0;   // ingest: applied; query: files written
  std::int64_t processed = 0, failed = 0;
  std::int64_t total_ms = 0, retries = 0;
  std::string error{};
  bool results_ready = false;
  bool files_gone = false;  // an erasure took them
};

struct BulkOptions {
  std::filesystem::path
      directory;  // "<data>/bulk": a folder for each job; nobody else writes there
  std::int64_t upload_bytes = 150'000'000;          // of one upload
  std::int64_t disk_bytes = std::int64_t{4} << 30;  // uploads and results of all jobs together
  int open_jobs = 100;                              // jobs that wait for their upload
  int waiting_jobs = 50;                            // of each kind, that wait for their turn or run
  std::size_t batch_rows = 200;                     // of one transaction
  std::size_t batch_bytes = 4 * 1024 * 1024;        // likewise, of CSV
  std::int64_t file_rows = 50'000;  // of one file of a query's result, which is a page, too
  std::int64_t file_bytes = 16 * 1024 * 1024;
  int attempts = 10;  // of a batch while the store is away; then the job fails
  Duration keep = std::chrono::days(7);
};

}  // namespace stockbell::crm::bulk

template <>
inline constexpr auto stockbell::kEnumText<stockbell::crm::bulk::JobKind> =
    std::to_array<stockbell::EnumText<stockbell::crm::bulk::JobKind>>({
        {stockbell::crm::bulk::JobKind::ingest, "ingest"},
        {stockbell::crm::bulk::JobKind::query, "query"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::crm::bulk::JobState> =
    std::to_array<stockbell::EnumText<stockbell::crm::bulk::JobState>>({
        {stockbell::crm::bulk::JobState::open, "Open"},
        {stockbell::crm::bulk::JobState::upload_complete, "UploadComplete"},
        {stockbell::crm::bulk::JobState::in_progress, "InProgress"},
        {stockbell::crm::bulk::JobState::job_complete, "JobComplete"},
        {stockbell::crm::bulk::JobState::failed, "Failed"},
        {stockbell::crm::bulk::JobState::aborted, "Aborted"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::crm::bulk::JobOperation> =
    std::to_array<stockbell::EnumText<stockbell::crm::bulk::JobOperation>>({
        {stockbell::crm::bulk::JobOperation::insert, "insert"},
        {stockbell::crm::bulk::JobOperation::update, "update"},
        {stockbell::crm::bulk::JobOperation::upsert, "upsert"},
        {stockbell::crm::bulk::JobOperation::remove, "delete"},
        {stockbell::crm::bulk::JobOperation::query, "query"},
        {stockbell::crm::bulk::JobOperation::query_all, "queryAll"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::crm::bulk::LineEnding> =
    std::to_array<stockbell::EnumText<stockbell::crm::bulk::LineEnding>>({
        {stockbell::crm::bulk::LineEnding::lf, "LF"},
        {stockbell::crm::bulk::LineEnding::crlf, "CRLF"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::crm::bulk::ColumnDelimiter> =
    std::to_array<stockbell::EnumText<stockbell::crm::bulk::ColumnDelimiter>>({
        {stockbell::crm::bulk::ColumnDelimiter::comma, "COMMA"},
        {stockbell::crm::bulk::ColumnDelimiter::tab, "TAB"},
        {stockbell::crm::bulk::ColumnDelimiter::pipe, "PIPE"},
        {stockbell::crm::bulk::ColumnDelimiter::semicolon, "SEMICOLON"},
        {stockbell::crm::bulk::ColumnDelimiter::caret, "CARET"},
        {stockbell::crm::bulk::ColumnDelimiter::backquote, "BACKQUOTE"},
    });
