// Import definitions: which files of the SFTP account go into which data extension, and how
// (reference 6.2, Import File activity). Values only.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/enum_text.h"
#include "platform/records/source_file.h"
#include "platform/records/text_decoder.h"

namespace stockbell::engagement {

enum class ImportAction { add, update, add_update, overwrite };
// What becomes of a file that is blank, has been had before, or is too old.
enum class FileRule { apply, ignore, hold, error };
enum class MappingKind { by_name, by_position, listed };
enum class PackedAs { any, none, gzip, zstd };  // any: told by the file itself
enum class DuplicateKeys { first, last };       // which row of a key counts within a file

struct FieldMapping {
  std::string from;  // the header's name; or, when it is empty, by
  int position = 0;  // from 1 on
  std::string to;    // the column
};

struct FileFormat {
  char delimiter = ',';
  char quote = '"';  // '\0': none
  records::PlainText encoding = records::PlainText::utf8;
  PackedAs packed = PackedAs::any;
  bool header = true;
};

struct ImportDefinition {
  std::int64_t id = 0;
  std::string key, name, description;
  std::string pattern;  // NamePattern
  FileFormat format;
  std::string destination;  // an own data extension's key
  MappingKind mapping = MappingKind::by_name;
  std::vector<FieldMapping> fields;  // of MappingKind::listed
  ImportAction action = ImportAction::add_update;
  DuplicateKeys duplicate_keys = DuplicateKeys::last;
  FileRule blank = FileRule::error, duplicate = FileRule::ignore, too_old = FileRule::hold;
  FileRule missing = FileRule::error;  // started, and no file has arrived: error or ignore
  int max_age_hours = 0;               // 0: any age
  std::optional<int> refused_limit;    // more refused rows than this: nothing is applied
  bool on_arrival = true;              // else files wait until somebody starts it
  Time created_at{}, modified_at{};
};

struct ImportRun {
  std::int64_t id = 0, definition_id = 0;
  std::string file_name, path;
  // waiting (for a start), queued, running, held, completed, ignored, failed, discarded
  std::string state;
  std::string reason;                               // why it failed, is held or was ignored
  std::string started_by;                           // file, hand, automation
  std::int64_t order_time = 0, order_sequence = 0;  // files are imported in this order
  std::string content_hash;
  std::int64_t bytes = 0, rows_read = 0, rows_refused = 0, rows_duplicated = 0, rows_applied = 0;
  bool released = false;
  // How far it is: the table its rows are staged in, all of them when `applying`; the last of them
  // that was applied; the definition it goes by.
  std::int64_t staged_table = 0, applied_through = 0;
  bool applying = false;
  std::string staged_columns;  // "0,2,3"
  std::string definition;
  Time arrived_at{};
  std::optional<Time> started_at, finished_at;
};

struct ImportRunError {
  std::int64_t line = 0;
  std::string column, reason, message;
};

}  // namespace stockbell::engagement

namespace stockbell {
template <>
inline constexpr auto kEnumText<engagement::ImportAction> =
    std::to_array<EnumText<engagement::ImportAction>>({
        {engagement::ImportAction::add, "add"},
        {engagement::ImportAction::update, "update"},
        {engagement::ImportAction::add_update, "add-update"},
        {engagement::ImportAction::overwrite, "overwrite"},
    });
template <>
inline constexpr auto kEnumText<engagement::FileRule> =
    std::to_array<EnumText<engagement::FileRule>>({
        {engagement::FileRule::apply, "apply"},
        {engagement::FileRule::ignore, "ignore"},
        {engagement::FileRule::hold, "hold"},
        {engagement::FileRule::error, "error"},
    });
template <>
inline constexpr auto kEnumText<engagement::MappingKind> =
    std::to_array<EnumText<engagement::MappingKind>>({
        {engagement::MappingKind::by_name, "by_name"},
        {engagement::MappingKind::by_position, "by_position"},
    });
template <>
inline constexpr auto kEnumText<engagement::PackedAs> =
    std::to_array<EnumText<engagement::PackedAs>>({
        {engagement::PackedAs::any, "auto"},
        {engagement::PackedAs::none, "none"},
        {engagement::PackedAs::gzip, "gzip"},
        {engagement::PackedAs::zstd, "zstd"},
    });
template <>
inline constexpr auto kEnumText<engagement::DuplicateKeys> =
    std::to_array<EnumText<engagement::DuplicateKeys>>({
        {engagement::DuplicateKeys::first, "first"},
        {engagement::DuplicateKeys::last, "last"},
    });
template <>
inline constexpr auto kEnumText<records::PlainText> = std::to_array<EnumText<records::PlainText>>({
    {records::PlainText::utf8, "UTF-8"},
    {records::PlainText::windows_1252, "windows-1252"},
    {records::PlainText::latin_1, "ISO-8859-1"},
});
}  // namespace stockbell
