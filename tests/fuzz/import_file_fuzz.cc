// Files of strangers, read by an import definition: the first byte says which, the rest is the
// file. Each row that is taken has a value for each of the file's columns, and a key.
#include "engagement/data_extensions/column_values.h"
#include "engagement/import_definitions/import_reader.h"
#include "fuzz/fuzz.h"

using namespace stockbell;
using namespace stockbell::engagement;

namespace {

const DataExtension& extension() {
  static const DataExtension made = [] {
    DataExtension all;
    all.key = all.name = "All";
    for (const auto& [type, name] : kEnumText<ColumnType>) {
      Column column;
      column.name = name;
      column.type = type;
      column.length = 9;
      column.scale = type == ColumnType::decimal ? 2 : 0;
      column.is_key = type == ColumnType::text;
      column.nullable = type != ColumnType::text;
      all.columns.push_back(column);
    }
    return all;
  }();
  return made;
}

ImportDefinition definition_of(unsigned char choice) {
  ImportDefinition made;
  made.format.delimiter = ",;|\t"[choice % 4];
  made.format.quote = "\"'\0`"[choice / 4 % 4];
  made.format.header = choice & 16;
  made.mapping = made.format.header ? MappingKind::by_name : MappingKind::by_position;
  made.format.encoding = choice & 32 ? records::PlainText::windows_1252 : records::PlainText::utf8;
  made.action = choice & 64 ? ImportAction::update : ImportAction::add_update;
  if (choice & 128) {
    made.mapping = MappingKind::listed;
    made.fields = {{"", 2, "Text"}, {"", 1, "Number"}};
  }
  return made;
}

}  // namespace

FUZZ_TARGET(import_file) {
  fuzz::Bytes bytes(input);
  const auto definition = definition_of(bytes.byte());
  const fuzz::MemoryFile file(bytes.rest());
  ImportReader reader(definition, extension(), from_ms(0));
  std::int64_t line = 0;
  const auto done = reader.read(
      file.path(),
      [&](TypedRow row) -> Result<> {
        REQUIRE(row.line > line && row.values.size() == reader.columns().size());
        line = row.line;
        for (std::size_t i = 0; i < row.values.size(); ++i) {
          const auto& column = extension().columns[reader.columns()[i]];
          const auto text = format_value(column, row.values[i]);
          REQUIRE(!column.is_key || (text && !text->empty()));
          REQUIRE(!text || parse_value(column, *text));
        }
        return {};
      },
      [&](ImportRunError error) -> Result<> {
        REQUIRE(error.line > line && !error.reason.empty() && !error.message.empty());
        line = error.line;
        return {};
      });
  if (!done) REQUIRE(!done.error().message.empty());
}
