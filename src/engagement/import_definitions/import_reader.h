// Reads a file by an import definition: typed rows for the columns that the file has, and refusals
// with line, column and reason. Streams: memory does not grow with the file. One per file and
// thread.
#pragma once
#include <filesystem>
#include <functional>

#include "engagement/data_extensions/row_store.h"
#include "engagement/import_definitions/types.h"
#include "platform/records/delimited_reader.h"

namespace stockbell::engagement {

struct TypedRow {
  std::int64_t line = 0;
  std::vector<db::Value> values;  // of the reader's columns(), in their order
};

class ImportReader {
 public:
  using TakeRow = std::function<Result<>(TypedRow row)>;
  using Refuse = std::function<Result<>(ImportRunError error)>;
  // `now` is what a column's default GETDATE() means.
  ImportReader(const ImportDefinition& definition, const DataExtension& extension, Time now)
      : definition_(definition), extension_(extension), now_(now) {}

  // To its end, or to the first error of `take` and `refuse`. Errors: invalid, what is wrong with
  // the file as a whole, "import-file-invalid" and those of the record readers.
  Result<> read(const std::filesystem::path& file, const TakeRow& take, const Refuse& refuse);
  // The columns that rows have values for, in the order of the extension; before a header was read
  // there are none.
  const std::vector<std::size_t>& columns() const { return columns_; }

 private:
  struct Source {
    std::size_t field = 0;   // in the file's row
    std::size_t column = 0;  // in the extension
  };
  Result<> check_packing(const std::filesystem::path& file) const;
  Result<> map_names(const std::vector<std::string_view>& header);
  Result<> map_positions(std::size_t width);
  Result<> add(std::size_t field, std::string_view column);
  Result<> finish_mapping();
  Result<> take_row(const records::DelimitedRow& row);
  std::optional<ImportRunError> type_row(const records::DelimitedRow& row, TypedRow& into) const;
  std::optional<ImportRunError> type_value(const Source& source, std::string_view text,
                                           db::Value& into) const;

  const ImportDefinition& definition_;
  const DataExtension& extension_;
  const Time now_;
  std::vector<Source> sources_;
  std::vector<std::size_t> columns_;
  std::size_t width_ = 0;  // fields of a whole row
  bool mapped_ = false;
  const TakeRow* take_ = nullptr;
  const Refuse* refuse_ = nullptr;
};

}  // namespace stockbell::engagement
