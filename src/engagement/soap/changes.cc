#include "engagement/soap/changes.h"

#include <set>

namespace stockbell::engagement::soap {
namespace {

constexpr std::size_t kMostObjects = 2500;

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::invalid, "object-invalid", std::move(message));
}

void take_pairs(const Element* list, std::string_view of, RawRow& row) {
  if (!list) return;
  for (const auto* pair : list->all(of)) {
    const auto* value = pair->find("Value");
    if (value && !value->text.empty())
      row.fields.emplace_back(pair->text_of("Name"), value->text);
    else
      row.nulls.push_back(pair->text_of("Name"));
  }
}

bool adds_too(const Element& request) {
  const auto* options = request.find("Options");
  const auto* saves = options ? options->find("SaveOptions") : nullptr;
  const auto* save = saves ? saves->find("SaveOption") : nullptr;
  return save && save->text_of("SaveAction") == "UpdateAdd";
}

Result<> change_row(DataExtensions& extensions, Change change, bool add_too,
                    const Element& object) {
  RawRow raw;
  take_pairs(object.find("Keys"), "Key", raw);
  if (change != Change::remove) take_pairs(object.find("Properties"), "Property", raw);
  return extensions.database().write([&](db::Session& session) -> Result<> {
    SB_TRY(extension, extensions.definitions().get(session, object.text_of("CustomerKey")));
    // A key that stands in Keys and in Properties alike is one.
    auto given = raw;
    std::set<std::string> names;
    std::erase_if(given.fields,
                  [&](const auto& one) { return !names.insert(fold_name(one.first)).second; });
    SB_TRY(row, RowStore::read_row(extension, given.fields, given.nulls));
    if (change == Change::remove) {
      SB_TRY(gone, extensions.rows().remove(session, extension, row));
      return gone > 0 ? Result<>() : bad("there is no row of this key");
    }
    if (change == Change::create) return extensions.rows().insert(session, extension, row);
    if (add_too) return extensions.rows().upsert(session, extension, {row});
    return extensions.rows().update(session, extension, row);
  });
}

Result<int> whole(const std::string& text) {
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || number > 1'000'000) return bad("a length is a whole number");
    number = number * 10 + (c - '0');
  }
  return number;
}

Result<> create_extension(DataExtensions& extensions, const Element& object) {
  DataExtension wanted;
  wanted.key = object.text_of("CustomerKey");
  wanted.name = object.text_of("Name");
  wanted.description = object.text_of("Description");
  const auto* fields = object.find("Fields");
  for (const auto* field : fields ? fields->all("Field") : std::vector<const Element*>()) {
    Column column;
    column.name = field->text_of("Name");
    const auto type_name = field->text_of("FieldType");
    const auto type = parse_enum<ColumnType>(type_name.empty() ? "Text" : type_name);
    if (!type)
      return bad(
          "FieldType is Text, Number, Date, Boolean, EmailAddress, Phone, Decimal or Locale");
    SB_TRY(length, whole(field->text_of("MaxLength")));
    SB_TRY(scale, whole(field->text_of("Scale")));
    column.type = *type;
    column.length = length;
    column.scale = scale;
    column.is_key = fold_name(field->text_of("IsPrimaryKey")) == "true";
    column.nullable = fold_name(field->text_of("IsRequired")) != "true";
    if (const auto value = field->text_of("DefaultValue"); !value.empty())
      column.default_value = value;
    wanted.columns.push_back(std::move(column));
  }
  SB_CHECK(extensions.create(std::move(wanted)));
  return {};
}

Result<> change_one(DataExtensions& extensions, Change change, bool add_too,
                    const Element& object) {
  if (object.type == "DataExtensionObject") return change_row(extensions, change, add_too, object);
  if (object.type != "DataExtension" || change == Change::update)
    return bad(
        fmt::format("objects of the type {} are not changed here", object.type.substr(0, 100)));
  if (change == Change::create) return create_extension(extensions, object);
  SB_TRY(extension, extensions.get(object.text_of("CustomerKey")));
  return extensions.remove(extension.kind == ExtensionKind::own ? std::to_string(extension.id)
                                                                : extension.key);
}

std::string_view past(Change change) {
  switch (change) {
    case Change::create:
      return "Created";
    case Change::update:
      return "Updated";
    default:
      return "Deleted";
  }
}

}  // namespace

Result<std::string> change_objects(DataExtensions& extensions, Random& random, Change change,
                                   const Element& request) {
  const auto objects = request.all("Objects");
  if (objects.empty() || objects.size() > kMostObjects)
    return fail(ErrorCode::invalid, "soap-invalid",
                fmt::format("a call has 1 to {} Objects", kMostObjects));
  const bool add_too = adds_too(request);
  std::string results;
  std::size_t failed = 0, ordinal = 0;
  for (const auto* object : objects) {
    const auto done = change_one(extensions, change, add_too, *object);
    if (!done) {
      const auto code = done.error().code;
      if (code == ErrorCode::internal || code == ErrorCode::unavailable) return fail(done.error());
      ++failed;
    }
    results += "<Results>" + tag("StatusCode", done ? "OK" : "Error") +
               tag("StatusMessage",
                   done ? fmt::format("{} {}", past(change), object->type) : done.error().message) +
               tag("OrdinalID", std::to_string(ordinal++)) + (done ? "" : tag("ErrorCode", "2")) +
               "</Results>";
  }
  const auto* overall = failed == 0 ? "OK" : failed == objects.size() ? "Error" : "Has Errors";
  return results + tag("RequestID", make_guid(random)) + tag("OverallStatus", overall);
}

}  // namespace stockbell::engagement::soap
