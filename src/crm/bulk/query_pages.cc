#include "crm/bulk/query_pages.h"

#include "crm/bulk/csv.h"

namespace stockbell::crm::bulk {
namespace {

Result<std::string> bytes_between(const std::filesystem::path& file, std::int64_t from,
                                  std::int64_t to) {
  std::ifstream in(file, std::ios::binary);
  in.seekg(from);
  std::string bytes(static_cast<std::size_t>(to - from), '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!in) return fail(ErrorCode::unavailable, "bulk-file", "the result cannot be read");
  return bytes;
}

// The header and `most` rows behind the first `skipped`.
Result<std::string> part_of(const std::filesystem::path& file, const Job& job, std::int64_t skipped,
                            std::int64_t most) {
  std::ifstream in(file, std::ios::binary);
  CsvReader reader(in, character(job.delimiter), job.line_ending);
  CsvRow row;
  SB_TRY(has_header, reader.next(row));
  std::int64_t header_end = has_header ? row.end : 0;
  std::int64_t from = header_end, to = header_end;
  for (std::int64_t i = 0; i < skipped + most; ++i) {
    SB_TRY(more, reader.next(row));
    if (!more) break;
    if (i < skipped) from = row.end;
    to = row.end;
  }
  SB_TRY(header, bytes_between(file, 0, header_end));
  SB_TRY(rows, bytes_between(file, from, to));
  return header + rows;
}

}  // namespace

Error wrong_locator() {
  return {ErrorCode::invalid, "INVALID_QUERY_LOCATOR", "the locator is none of this job's", ""};
}

Error files_gone() {
  return {ErrorCode::not_found, "NOT_FOUND",
          "the results went when a person's data was erased; run the job again", ""};
}

Result<QueryResult> read_page(db::Database& db, const JobFiles& files, const Job& job,
                              const Locator& at, std::int64_t most) {
  SB_TRY(page, db.read([&](db::Session& session) {
    return job_store::find_batch(session, job.id, at.page);
  }));
  if (!page || at.row > page->rows || (at.row == page->rows && at.row > 0))
    return fail(wrong_locator());
  QueryResult result;
  result.rows = std::min(most, page->rows - at.row);
  if (at.row + result.rows < page->rows)
    result.locator = locator_text(job.id, Locator{at.page, at.row + result.rows});
  else if (at.page + 1 < job.batches)
    result.locator = locator_text(job.id, Locator{at.page + 1, 0});
  if (result.rows == page->rows) {
    result.file = files.page(job.id, at.page);
    return result;
  }
  SB_TRY(text, part_of(files.page(job.id, at.page), job, at.row, result.rows));
  result.text = std::move(text);
  return result;
}

}  // namespace stockbell::crm::bulk
