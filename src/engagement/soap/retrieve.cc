#include "engagement/soap/retrieve.h"

#include "engagement/data_extensions/column_values.h"
#include "engagement/data_extensions/definition_json.h"

namespace stockbell::engagement::soap {
namespace {

constexpr int kLargestBatch = 2500;
constexpr std::size_t kMostPositions = 1000;
constexpr Duration kPositionLife = std::chrono::minutes(30);
constexpr std::string_view kRows = "DataExtensionObject[";

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::invalid, "retrieve-invalid", std::move(message));
}

Result<std::vector<const Property*>> wanted_properties(const RetrievableObject& object,
                                                       const Element& request) {
  std::vector<const Property*> wanted;
  for (const auto* element : request.all("Properties")) {
    const auto* property = object.find(element->text);
    if (!property)
      return bad(
          fmt::format("The Request Property(s) {} do not match with the fields of {} retrieve",
                      element->text.substr(0, 100), object.name));
    wanted.push_back(property);
  }
  if (wanted.empty()) return bad("Properties names what to retrieve, one by one");
  return wanted;
}

// The filter's properties become the columns behind them.
Result<> name_columns(const RetrievableObject& object, Condition& condition) {
  for (auto& part : condition.parts) SB_CHECK(name_columns(object, part));
  if (condition.kind != Condition::Kind::comparison) return {};
  const auto* property = object.find(condition.column);
  if (!property || property->column.empty())
    return bad(
        fmt::format("{} is not filterable by {}", object.name, condition.column.substr(0, 100)));
  condition.column = property->column;
  return {};
}

Result<int> batch_size(const Element& request) {
  const auto* options = request.find("Options");
  const auto text = options ? options->text_of("BatchSize") : std::string();
  if (text.empty()) return kLargestBatch;
  const auto size = parse_decimal(text, 6, 0);
  if (!size || *size < 1 || *size > kLargestBatch)
    return bad(fmt::format("BatchSize is 1 to {}", kLargestBatch));
  return static_cast<int>(*size);
}

// "A.B" is an element within an element.
std::string property_tag(std::string_view name, const std::optional<std::string>& value) {
  const auto dot = name.find('.');
  if (dot != name.npos)
    return fmt::format("<{0}>{1}</{0}>", name.substr(0, dot),
                       property_tag(name.substr(dot + 1), value));
  return value ? tag(name, *value) : std::string();
}

std::string result_of(const RetrievableObject& object, const std::vector<const Property*>& wanted,
                      const db::Row& row) {
  const bool rows = object.extension.kind != ExtensionKind::view;
  std::string content;
  for (const auto* property : wanted) {
    std::optional<std::string> value = property->constant;
    if (!property->column.empty()) {
      const auto index = *object.extension.find_column(property->column);
      value = format_value(object.extension.columns[index], row.value(index + 1));
    }
    if (rows)
      content += "<Property>" + tag("Name", property->name) +
                 (value ? tag("Value", *value) : "<Value/>") + "</Property>";
    else
      content += property_tag(property->name, value);
  }
  if (rows) content = "<Type>DataExtensionObject</Type><Properties>" + content + "</Properties>";
  const bool told = std::ranges::any_of(
      wanted, [](const auto* property) { return property->name == "ObjectID"; });
  return fmt::format(R"(<Results xsi:type="{}"><PartnerKey xsi:nil="true"/>{}{}</Results>)",
                     rows ? "DataExtensionObject" : object.name,
                     told ? "" : R"(<ObjectID xsi:nil="true"/>)", content);
}

// A definition of a data extension, or one of its fields, by the names of SOAP's properties.
using Fields = std::vector<std::pair<std::string, std::string>>;

Fields extension_fields(const DataExtension& extension) {
  Fields fields = {{"ObjectID", id_text(extension)},
                   {"CustomerKey", extension.key},
                   {"Name", extension.name},
                   {"Description", extension.description},
                   {"CategoryID", std::to_string(extension.category)},
                   {"IsSendable", "false"}};
  if (extension.kind == ExtensionKind::own) {
    fields.emplace_back("CreatedDate", to_rfc3339(extension.created_at));
    fields.emplace_back("ModifiedDate", to_rfc3339(extension.modified_at));
  }
  return fields;
}

Fields column_fields(const DataExtension& extension, std::size_t index) {
  const auto& column = extension.columns[index];
  return {{"ObjectID", id_text(extension) + ":" + column.name},
          {"CustomerKey", fmt::format("[{}].[{}]", extension.key, column.name)},
          {"Name", column.name},
          {"FieldType", std::string(to_text(column.type))},
          {"MaxLength", std::to_string(column.length)},
          {"Scale", std::to_string(column.scale)},
          {"Ordinal", std::to_string(index)},
          {"IsPrimaryKey", column.is_key ? "true" : "false"},
          {"IsRequired", column.nullable ? "false" : "true"},
          {"DefaultValue", column.default_value.value_or("")},
          {"DataExtension.CustomerKey", extension.key}};
}

std::optional<std::string> field_of(const Fields& fields, std::string_view name) {
  for (const auto& [key, value] : fields)
    if (fold_name(key) == fold_name(name)) return value;
  return {};
}

Result<bool> fits(const Fields& fields, const Condition& condition) {
  if (condition.kind != Condition::Kind::comparison) {
    const bool all = condition.kind == Condition::Kind::all;
    for (const auto& part : condition.parts) {
      SB_TRY(one, fits(fields, part));
      if (one != all) return !all;
    }
    return all;
  }
  const auto value = field_of(fields, condition.column);
  const auto folded = fold_name(value.value_or("")), wanted = fold_name(condition.value);
  switch (condition.comparison) {
    case Comparison::equal:
      return value && folded == wanted;
    case Comparison::not_equal:
      return value && folded != wanted;
    case Comparison::like: {
      auto part = wanted;
      std::erase(part, '%');
      return value && folded.contains(part);
    }
    case Comparison::is_null:
      return !value || value->empty();
    case Comparison::is_not_null:
      return value && !value->empty();
    default:
      return bad("definitions are filtered by equals, notEquals, IN, like, isNull and isNotNull");
  }
}

}  // namespace

Result<RetrievableObject> Retriever::object_of(const std::string& type) {
  if (const auto* known = find_object(extensions_.database().is_postgresql(), type)) return *known;
  if (!type.starts_with(kRows) || !type.ends_with(']'))
    return bad(type.substr(0, 100) + " is not an object that is retrieved here");
  SB_TRY(extension, extensions_.get(type.substr(kRows.size(), type.size() - kRows.size() - 1)));
  RetrievableObject object;
  object.name = type;
  for (const auto& column : extension.columns)
    object.properties.push_back({column.name, column.name});
  object.extension = std::move(extension);
  return object;
}

Result<Retriever::Page> Retriever::read_rows(const RetrievableObject& object,
                                             const Element& request, const db::Value& after) {
  SB_TRY(wanted, wanted_properties(object, request));
  SB_TRY(size, batch_size(request));
  db::Params params;
  std::string where = "1 = 1";
  const bool postgresql = extensions_.database().is_postgresql();
  if (const auto* filter = request.find("Filter")) {
    SB_TRY(condition, read_filter(*filter));
    SB_CHECK(name_columns(object, condition));
    SB_TRY(sql, condition_sql(object.extension, condition, postgresql, params));
    where = "(" + sql + ")";
  }
  if (!after.is_null()) {
    params.push_back(after);
    where += fmt::format(" AND row_id > ${}", params.size());
  }
  params.push_back(size + 1);
  std::string columns = "row_id";
  for (std::size_t i = 0; i < object.extension.columns.size(); ++i) columns += ", " + column_sql(i);
  const auto sql = fmt::format("SELECT {} FROM {} AS rows_of WHERE {} ORDER BY row_id LIMIT ${}",
                               columns, object.extension.source, where, params.size());
  auto rows = extensions_.database().read([&](db::Session& session) -> Result<db::Rows> {
    SB_CHECK(session.limit_time(std::chrono::seconds(30)));
    return session.query({"", sql, sql}, params);
  });
  SB_CHECK(rows);
  Page page;
  const bool more = std::ssize(*rows) > size;
  if (more) rows->pop_back();
  for (const auto& row : *rows) page.results += result_of(object, wanted, row);
  if (more) page.after = rows->back().value(0);
  return page;
}

Result<std::string> Retriever::list_definitions(const Element& request, bool of_fields) {
  std::optional<Condition> filter;
  if (const auto* element = request.find("Filter")) {
    SB_TRY(condition, read_filter(*element));
    filter = std::move(condition);
  }
  SB_TRY(all, extensions_.list(""));
  std::string results;
  const auto add = [&](const Fields& fields) -> Result<> {
    if (filter) {
      SB_TRY(wanted, fits(fields, *filter));
      if (!wanted) return {};
    }
    std::string content;
    for (const auto* property : request.all("Properties")) {
      const auto value = field_of(fields, property->text);
      if (value) content += property_tag(property->text, *value);
    }
    results += fmt::format(R"(<Results xsi:type="{}"><PartnerKey xsi:nil="true"/>{}</Results>)",
                           of_fields ? "DataExtensionField" : "DataExtension", content);
    return {};
  };
  // The names are checked once, so that what is written are names of ours.
  const auto known = all.empty() ? Fields()
                     : of_fields ? column_fields(all[0], 0)
                                 : extension_fields(all.back());
  for (const auto* property : request.all("Properties"))
    if (!field_of(known, property->text) && property->text != "CreatedDate" &&
        property->text != "ModifiedDate")
      return bad(
          fmt::format("The Request Property(s) {} do not match with the fields of this retrieve",
                      property->text.substr(0, 100)));
  for (const auto& extension : all) {
    if (!of_fields) {
      SB_CHECK(add(extension_fields(extension)));
      continue;
    }
    for (std::size_t i = 0; i < extension.columns.size(); ++i)
      SB_CHECK(add(column_fields(extension, i)));
  }
  return results;
}

std::string Retriever::keep(const Element& request, const db::Value& after) {
  const auto now = extensions_.clock().now();
  const auto id = make_guid(random_);
  std::lock_guard lock(mutex_);
  std::erase_if(positions_, [&](const auto& entry) { return entry.second.until < now; });
  if (positions_.size() >= kMostPositions) positions_.erase(positions_.begin());
  positions_[id] = {request, after, now + kPositionLife};
  return id;
}

Result<Retriever::Page> Retriever::read_page(const Element& request, const db::Value& after) {
  const auto type = request.text_of("ObjectType");
  if (type == "DataExtension" || type == "DataExtensionField") {
    SB_TRY(results, list_definitions(request, type == "DataExtensionField"));
    return Page{std::move(results), {}};
  }
  SB_TRY(object, object_of(type));
  return read_rows(object, request, after);
}

Result<std::string> Retriever::answer_page(const Element& request, const db::Value& after) {
  auto page = read_page(request, after);
  if (!page) {
    const auto& error = page.error();
    if (error.code != ErrorCode::invalid && error.code != ErrorCode::not_found) return fail(error);
    return tag("OverallStatus", "Error: " + error.message) + tag("RequestID", make_guid(random_));
  }
  const auto id = page->after ? keep(request, *page->after) : make_guid(random_);
  return tag("OverallStatus", page->after ? "MoreDataAvailable" : "OK") + tag("RequestID", id) +
         page->results;
}

Result<std::string> Retriever::retrieve(const Element& message) {
  const auto* request = message.find("RetrieveRequest");
  if (!request) return fail(ErrorCode::invalid, "soap-invalid", "a RetrieveRequest is expected");
  const auto continued = request->text_of("ContinueRequest");
  if (continued.empty()) return answer_page(*request, {});
  std::optional<Position> position;
  {
    std::lock_guard lock(mutex_);
    const auto found = positions_.find(continued);
    if (found != positions_.end()) position = found->second;
  }
  if (!position || position->until < extensions_.clock().now())
    return tag("OverallStatus", "Error: the request to continue is not known any more; ask anew") +
           tag("RequestID", continued.substr(0, 100));
  return answer_page(position->request, position->after);
}

Result<std::string> Retriever::describe(const Element& message) {
  std::string content;
  const auto* requests = message.find("DescribeRequests");
  if (!requests) return fail(ErrorCode::invalid, "soap-invalid", "DescribeRequests are expected");
  for (const auto* request : requests->all("ObjectDefinitionRequest")) {
    const auto type = request->text_of("ObjectType");
    auto object = object_of(type);
    std::string properties;
    const auto add = [&](std::string_view name, std::string_view data_type, int length) {
      properties += "<Properties><PartnerKey xsi:nil=\"true\"/>" + tag("Name", name) +
                    tag("DataType", data_type) +
                    (length > 0 ? tag("MaxLength", std::to_string(length)) : "") +
                    tag("IsRetrievable", "true") + "</Properties>";
    };
    if (object) {
      for (const auto& property : object->properties) {
        const auto index = object->extension.find_column(property.column);
        const auto* column = index ? &object->extension.columns[*index] : nullptr;
        add(property.name, column ? to_text(column->type) : "Text", column ? column->length : 0);
      }
    } else if (type == "DataExtension" || type == "DataExtensionField") {
      SB_TRY(contacts, extensions_.get("Contact_Salesforce"));
      for (const auto& [name, value] :
           type == "DataExtension" ? extension_fields(contacts) : column_fields(contacts, 0))
        add(name, "Text", 0);
    }
    content += "<ObjectDefinition>" + tag("ObjectType", type) + properties + "</ObjectDefinition>";
  }
  return content + tag("RequestID", make_guid(random_));
}

}  // namespace stockbell::engagement::soap
