#include "engagement/import_definitions/definition_reader.h"

#include <fmt/format.h>

#include "engagement/import_definitions/name_pattern.h"
#include "platform/text/json_reader.h"

namespace stockbell::engagement {
namespace {

constexpr std::string_view kReason = "import-definition-invalid";
constexpr std::size_t kMostFields = 200;
// Names that the catalog feed has by default (docs/feed.md): a pattern that takes them would starve
// the catalog.
constexpr std::string_view kFeeds[] = {"default_catalogFeed.psv",
                                       "default_catalogFeed_20260131T081500123Z.psv"};

// One printable ASCII character that is none of a value's, or TAB.
Result<char> read_character(const text::JsonReader& json, std::string_view name, char absent,
                            std::string_view word, char value_of_word) {
  SB_TRY(text, json.text(name, 4, std::string_view(&absent, 1)));
  if (text == word) return value_of_word;
  const bool letter = text.size() == 1 &&
                      ((text[0] >= '0' && text[0] <= '9') || (text[0] >= 'a' && text[0] <= 'z') ||
                       (text[0] >= 'A' && text[0] <= 'Z'));
  if (text.size() != 1 || letter || text[0] <= ' ' || text[0] > '~')
    return json.refuse(name, fmt::format("must be one ASCII character that is neither a letter, a "
                                         "digit nor a blank, or {}",
                                         word));
  return text[0];
}

Result<FileFormat> read_format(const text::JsonReader& all) {
  FileFormat format;
  SB_TRY(json, all.object("format"));
  if (!json) return format;
  SB_CHECK(json->only({"delimiter", "quote", "encoding", "compression", "header"}));
  SB_TRY(delimiter, read_character(*json, "delimiter", ',', "TAB", '\t'));
  SB_TRY(quote, read_character(*json, "quote", '"', "none", '\0'));
  if (delimiter == quote) return json->refuse("quote", "must not be the delimiter");
  SB_TRY(encoding, json->word<records::PlainText>("encoding", records::PlainText::utf8));
  SB_TRY(packed, json->word<PackedAs>("compression", PackedAs::any));
  SB_TRY(header, json->boolean("header", true));
  return FileFormat{delimiter, quote, encoding, packed, header};
}

Result<> read_mapping(const text::JsonReader& json, ImportDefinition& definition) {
  const auto* member = json.members().if_contains("mapping");
  if (!member || !member->is_array()) {
    const auto otherwise =
        definition.format.header ? MappingKind::by_name : MappingKind::by_position;
    SB_TRY(kind, json.word<MappingKind>("mapping", otherwise));
    if (kind == MappingKind::by_name && !definition.format.header)
      return json.refuse("mapping",
                         "must be by_position, or a list of positions: the files have "
                         "no header");
    definition.mapping = kind;
    return {};
  }
  definition.mapping = MappingKind::listed;
  SB_TRY(list, json.list("mapping", kMostFields));
  if (list->empty()) return json.refuse("mapping", "must name at least one field");
  for (std::size_t i = 0; i < list->size(); ++i) {
    SB_TRY(field, json.element(*list, "mapping", i));
    SB_CHECK(field.only({"from", "position", "to"}));
    FieldMapping made;
    SB_TRY(from, field.text("from", 512, ""));
    SB_TRY(position, field.integer("position", 1, 1000, 0));
    SB_TRY(to, field.text("to", 512));
    made.from = from;
    made.position = position;
    made.to = to;
    if (from.empty() == (position == 0))
      return field.refuse("from", "must be a header's name, or there must be a position instead");
    if (!from.empty() && !definition.format.header)
      return field.refuse("from", "must be a position: the files have no header");
    definition.fields.push_back(std::move(made));
  }
  return {};
}

Result<> read_rules(const text::JsonReader& all, ImportDefinition& definition) {
  SB_TRY(limit, all.integer("refused_limit", 0, 1'000'000'000, -1));
  if (limit >= 0) definition.refused_limit = limit;
  SB_TRY(age, all.integer("max_age_hours", 0, 24 * 3660, 0));
  definition.max_age_hours = age;
  SB_TRY(json, all.object("rules"));
  if (!json) return {};
  SB_CHECK(json->only({"blank", "duplicate", "too_old", "missing"}));
  const std::pair<const char*, FileRule*> rules[] = {{"blank", &definition.blank},
                                                     {"duplicate", &definition.duplicate},
                                                     {"too_old", &definition.too_old},
                                                     {"missing", &definition.missing}};
  for (const auto& [name, into] : rules) {
    SB_TRY(rule, json->word<FileRule>(name, *into));
    *into = rule;
  }
  if (definition.missing != FileRule::error && definition.missing != FileRule::ignore)
    return json->refuse("missing", "must be error or ignore");
  return {};
}

Result<> check_pattern(const ImportDefinition& definition, const text::JsonReader& json) {
  SB_TRY(pattern, NamePattern::parse(definition.pattern));
  for (const auto name : kFeeds)
    if (pattern.match(name))
      return json.refuse("file_name", "must not take the files of the catalog feed");
  if (pattern.of_trigger() && definition.on_arrival)
    return json.refuse("on_arrival",
                       "must be false: an automation with a file trigger starts this import");
  return {};
}

}  // namespace

Result<ImportDefinition> read_import_definition(std::string_view body) {
  SB_TRY(object, text::parse_json_object(body, 128 * 1024));
  if (const auto* limit = object.if_contains("refused_limit"); limit && limit->is_null())
    object.erase("refused_limit");  // as it is written when there is none
  const text::JsonReader json(object, "", kReason);
  SB_CHECK(json.only({"name", "key", "description", "file_name", "on_arrival", "format",
                      "destination", "mapping", "action", "duplicate_keys", "rules",
                      "max_age_hours", "refused_limit"}));
  ImportDefinition made;
  SB_TRY(name, json.text("name", 200));
  SB_TRY(key, json.text("key", 36, ""));
  SB_TRY(description, json.text("description", 1000, ""));
  SB_TRY(pattern, json.text("file_name", 200));
  SB_TRY(destination, json.text("destination", 144));
  SB_TRY(on_arrival, json.boolean("on_arrival", true));
  SB_TRY(format, read_format(json));
  SB_TRY(action, json.word<ImportAction>("action", ImportAction::add_update));
  SB_TRY(keys, json.word<DuplicateKeys>("duplicate_keys", DuplicateKeys::last));
  made.name = name;
  made.key = key;
  made.description = description;
  made.pattern = pattern;
  made.destination = destination;
  made.on_arrival = on_arrival;
  made.format = format;
  made.action = action;
  made.duplicate_keys = keys;
  SB_CHECK(read_mapping(json, made));
  SB_CHECK(read_rules(json, made));
  SB_CHECK(check_pattern(made, json));
  return made;
}

void write_import_definition(text::JsonWriter& json, const ImportDefinition& definition) {
  const auto character = [](char c, char special, std::string_view word) {
    return c == special ? std::string(word) : std::string(1, c);
  };
  json.member("name", definition.name)
      .member("key", definition.key)
      .member("description", definition.description)
      .member("file_name", definition.pattern)
      .member("on_arrival", definition.on_arrival)
      .key("format")
      .begin_object()
      .member("delimiter", character(definition.format.delimiter, '\t', "TAB"))
      .member("quote", character(definition.format.quote, '\0', "none"))
      .member("encoding", to_text(definition.format.encoding))
      .member("compression", to_text(definition.format.packed))
      .member("header", definition.format.header)
      .end_object()
      .member("destination", definition.destination)
      .key("mapping");
  if (definition.mapping != MappingKind::listed) {
    json.value(to_text(definition.mapping));
  } else {
    json.begin_array();
    for (const auto& field : definition.fields) {
      json.begin_object();
      if (field.from.empty())
        json.member("position", field.position);
      else
        json.member("from", field.from);
      json.member("to", field.to).end_object();
    }
    json.end_array();
  }
  json.member("action", to_text(definition.action))
      .member("duplicate_keys", to_text(definition.duplicate_keys))
      .key("rules")
      .begin_object()
      .member("blank", to_text(definition.blank))
      .member("duplicate", to_text(definition.duplicate))
      .member("too_old", to_text(definition.too_old))
      .member("missing", to_text(definition.missing))
      .end_object()
      .member("max_age_hours", definition.max_age_hours)
      .member("refused_limit", definition.refused_limit);
}

}  // namespace stockbell::engagement
