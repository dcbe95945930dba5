// Reads records that are not XML: delimited rows under a header, and NDJSON. Each record comes as
// named fields with the line it began on. Constant memory; any thread.
#pragma once
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "commerce/imports/column_names.h"
#include "commerce/imports/source_file.h"
#include "commerce/imports/types.h"
#include "platform/records/delimited_reader.h"

namespace stockbell::commerce {

using records::DelimitedReader;
using records::DelimitedRow;

// A record: its fields under their folded names (field_name), valid while it is taken.
using Fields = std::vector<std::pair<std::string_view, std::string_view>>;
// The first of `names` that is there and not empty; else "".
std::string first_field(const Fields& fields, std::initializer_list<std::string_view> names);
// The same for who must know whether the record says anything of it: "" when it says that there is
// none, empty when it has no such field.
std::optional<std::string_view> said_field(const Fields& fields,
                                           std::initializer_list<std::string_view> names);

using TakeFields = std::function<Result<>(const Fields&, std::int64_t line)>;

// Whose headers count, if a shop has its own.
struct RecordOptions {
  ImportKind kind = ImportKind::inventory;
  const ColumnNames* columns = nullptr;
  // Told once what the first row or the first line names.
  std::function<void(const std::vector<std::string>& names)> on_names;
};

// Reads a delimited or NDJSON file to its end, UTF-8 or UTF-16. The first delimited row names the
// fields. A row may end early: it says nothing of the rest. Rows that cannot be read (more fields
// than the header, cut off by the end of the file, not UTF-8, not an object) are refused in `tally`
// and the reading goes on.
Result<> read_records(const std::filesystem::path& file, const SourceShape& shape,
                      ImportTally& tally, const TakeFields& take,
                      const RecordOptions& options = {});

// One NDJSON line as text by folded name; numbers and booleans become their text, null "". Error
// "json-invalid".
Result<std::vector<std::pair<std::string, std::string>>> fields_of_json(std::string_view line);

}  // namespace stockbell::commerce
