#include "engagement/soap/activity_objects.h"

namespace stockbell::engagement::soap {
namespace {

struct Field {
  const char* name;
  ColumnType type;
  std::string sql;
};

constexpr auto kText = ColumnType::text;
constexpr auto kDate = ColumnType::date;
constexpr auto kNumber = ColumnType::decimal;

// An object whose rows are those of `from`, named by the fields that clients see.
RetrievableObject object_of(const char* name, const std::string& row_id, const std::string& from,
                            const std::vector<Field>& fields,
                            const std::vector<Property>& constants = {}) {
  RetrievableObject object;
  object.name = name;
  object.extension.key = object.extension.name = name;
  object.extension.kind = ExtensionKind::view;
  auto source = "(SELECT " + row_id + " AS row_id";
  for (const auto& field : fields) {
    Column column;
    column.name = field.name;
    column.type = field.type;
    column.length = field.type == kText ? 4000 : field.type == kNumber ? 19 : 0;
    source += ", " + field.sql + " AS " + column_sql(object.extension.columns.size());
    object.extension.columns.push_back(std::move(column));
    object.properties.push_back({field.name, field.name});
  }
  object.extension.source = source + " FROM " + from + ")";
  object.properties.insert(object.properties.end(), constants.begin(), constants.end());
  return object;
}

// One member of a definition that is kept as JSON.
std::string member(bool postgresql, const char* definition, const char* name) {
  return postgresql ? fmt::format("({}::json ->> '{}')", definition, name)
                    : fmt::format("json_extract({}, '$.{}')", definition, name);
}

// The runs of import definitions, and those of the catalog feed. What a file brought a second time
// is a run that changed nothing.
RetrievableObject import_results(bool postgresql) {
  const auto destination = member(postgresql, "d.definition", "destination");
  const auto runs = fmt::format(
      "(SELECT r.id, d.key AS definition, {} AS destination, r.file_name, CASE WHEN r.state IN "
      "('waiting', 'queued', 'held') THEN 'New' WHEN r.state = 'running' THEN 'Processing' WHEN "
      "r.state IN ('completed', 'ignored') THEN 'Completed' ELSE 'Error' END AS status, "
      "COALESCE(r.started_at, r.arrived_at) AS started_at, r.finished_at, r.rows_read, "
      "r.rows_applied, r.rows_duplicated, r.rows_refused FROM import_run r JOIN import_definition "
      "d "
      "ON d.id = r.definition_id UNION ALL SELECT id, 'Catalog_Feed', 'Catalog_Feed', name, CASE "
      "WHEN state IN ('queued', 'held') THEN 'New' WHEN state = 'running' THEN 'Processing' WHEN "
      "state IN ('completed', 'duplicate') THEN 'Completed' ELSE 'Error' END, arrived_at, "
      "finished_at, rows_read, rows_read - rows_refused, 0, rows_refused FROM feed_import) AS runs",
      destination);
  return object_of("ImportResultsSummary", "id", runs,
                   {{"TaskResultID", kText, "CAST(id AS TEXT)"},
                    {"ImportDefinitionCustomerKey", kText, "definition"},
                    {"DestinationID", kText, "destination"},
                    {"FileName", kText, "file_name"},
                    {"ImportStatus", kText, "status"},
                    {"StartDate", kDate, "started_at"},
                    {"EndDate", kDate, "finished_at"},
                    {"TotalRows", kNumber, "rows_read"},
                    {"NumberSuccessful", kNumber, "rows_applied"},
                    {"NumberDuplicated", kNumber, "rows_duplicated"},
                    {"NumberErrors", kNumber, "rows_refused"}},
                   {{"ImportType", "", "ImportDefinition"}, {"NumberRestricted", "", "0"}});
}

RetrievableObject import_definitions(bool postgresql) {
  const auto of = [&](const char* name) { return member(postgresql, "definition", name); };
  return object_of("ImportDefinition", "id", "import_definition",
                   {{"ObjectID", kText, "CAST(id AS TEXT)"},
                    {"CustomerKey", kText, "key"},
                    {"Name", kText, of("name")},
                    {"Description", kText, of("description")},
                    {"FileSpec", kText, of("file_name")},
                    {"DestinationObject.ObjectID", kText, of("destination")},
                    {"UpdateType", kText,
                     "CASE " + of("action") +
                         " WHEN 'add' THEN 'AddDoNotUpdate' WHEN 'update' THEN 'UpdateDoNotAdd' "
                         "WHEN 'overwrite' THEN 'Overwrite' ELSE 'AddAndUpdate' END"},
                    {"CreatedDate", kDate, "created_at"},
                    {"ModifiedDate", kDate, "modified_at"}});
}

RetrievableObject query_definitions() {
  return object_of("QueryDefinition", "id", "query_activity",
                   {{"ObjectID", kText, "CAST(id AS TEXT)"},
                    {"CustomerKey", kText, "key"},
                    {"Name", kText, "name"},
                    {"Description", kText, "description"},
                    {"QueryText", kText, "query_text"},
                    {"TargetUpdateType", kText,
                     "CASE update_type WHEN 0 THEN 'Overwrite' WHEN 1 THEN 'Update' ELSE 'Append' "
                     "END"},
                    {"DataExtensionTarget.CustomerKey", kText, "target_key"},
                    {"CategoryID", kNumber, "category"},
                    {"CreatedDate", kDate, "created_at"},
                    {"ModifiedDate", kDate, "modified_at"}},
                   {{"TargetType", "", "DE"}});
}

// Status as the REST API's statusId counts.
RetrievableObject automations(const char* name) {
  return object_of(
      name, "a.id", "automation a",
      {{"ObjectID", kText, "CAST(a.id AS TEXT)"},
       {"ProgramID", kText, "CAST(a.id AS TEXT)"},
       {"CustomerKey", kText, "a.key"},
       {"Name", kText, "a.name"},
       {"Description", kText, "a.description"},
       {"Status", kNumber,
        "CASE WHEN EXISTS (SELECT 1 FROM automation_run r WHERE r.automation_id = a.id AND r.state "
        "IN ('Waiting', 'Executing')) THEN 3 WHEN a.next_run IS NOT NULL THEN 6 WHEN a.definition "
        "LIKE '%,\"fileTrigger\":{%' THEN 7 WHEN 'Error' = (SELECT r.state FROM automation_run r "
        "WHERE r.automation_id = a.id ORDER BY r.id DESC LIMIT 1) THEN -1 ELSE 2 END"},
       {"LastRunTime", kDate,
        "(SELECT MAX(r.started_at) FROM automation_run r WHERE r.automation_id = a.id)"},
       {"ScheduledTime", kDate, "a.next_run"},
       {"CreatedDate", kDate, "a.created_at"},
       {"ModifiedDate", kDate, "a.modified_at"}},
      {{"IsActive", "", "true"}});
}

}  // namespace

std::vector<RetrievableObject> activity_objects(bool postgresql) {
  return {import_results(postgresql), import_definitions(postgresql), query_definitions(),
          automations("Automation"), automations("Program")};
}

}  // namespace stockbell::engagement::soap
