#include "engagement/soap/objects.h"

#include "engagement/data_extensions/builtin_extensions.h"

namespace stockbell::engagement::soap {
namespace {

std::vector<Property> event(const char* type, std::vector<Property> more) {
  std::vector<Property> all = {{"SendID", "JobID"},
                               {"BatchID", "BatchID"},
                               {"SubscriberKey", "SubscriberKey"},
                               {"EventDate", "EventDate"},
                               {"EventType", "", type},
                               {"TriggeredSendDefinition.CustomerKey", "TriggeredSendCustomerKey"}};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

// The runs of the feed's import. What a file brought a second time is a run that changed nothing.
DataExtension import_results() {
  DataExtension made;
  made.key = made.name = "ImportResultsSummary";
  made.kind = ExtensionKind::view;
  made.source =
      "(SELECT id AS row_id, CAST(id AS TEXT) AS c_1, name AS c_2, CASE state WHEN 'queued' THEN "
      "'New' "
      "WHEN 'running' THEN 'Processing' WHEN 'failed' THEN 'Error' WHEN 'completed' THEN "
      "'Completed' "
      "WHEN 'duplicate' THEN 'Completed' ELSE 'Unknown' END AS c_3, arrived_at AS c_4, "
      "finished_at AS c_5, rows_read AS c_6, rows_read - rows_refused AS c_7, rows_refused AS c_8 "
      "FROM feed_import)";
  const auto add = [&](const char* name, ColumnType type, int length) {
    Column column;
    column.name = name;
    column.type = type;
    column.length = length;
    made.columns.push_back(column);
  };
  add("TaskResultID", ColumnType::text, 20);
  add("FileName", ColumnType::text, 255);
  add("ImportStatus", ColumnType::text, 20);
  add("StartDate", ColumnType::date, 0);
  add("EndDate", ColumnType::date, 0);
  for (const auto* name : {"TotalRows", "NumberSuccessful", "NumberErrors"})
    add(name, ColumnType::decimal, 19);
  return made;
}

std::vector<RetrievableObject> all_for(bool postgresql) {
  const auto view = [&](const char* key) { return *find_builtin(postgresql, key); };
  return {
      {"SentEvent", view("_Sent"), event("Sent", {})},
      {"OpenEvent", view("_Open"), event("Open", {})},
      {"ClickEvent", view("_Click"), event("Click", {{"URL", "URL"}})},
      {"BounceEvent", view("_Bounce"),
       event("Bounce", {{"BounceCategory", "BounceCategory"},
                        {"SMTPCode", "SMTPCode"},
                        {"SMTPReason", "SMTPBounceReason"}})},
      {"UnsubEvent",
       view("_Unsubscribe"),
       {{"SubscriberKey", "SubscriberKey"},
        {"EventDate", "EventDate"},
        {"EventType", "", "Unsubscribe"},
        {"IsMasterUnsubscribed", "", "true"}}},
      {"Subscriber",
       view("_Subscribers"),
       {{"ID", "SubscriberID"},
        {"SubscriberKey", "SubscriberKey"},
        {"EmailAddress", "EmailAddress"},
        {"Status", "Status"},
        {"UnsubscribedDate", "DateUnsubscribed"}}},
      {"ImportResultsSummary",
       import_results(),
       {{"ImportDefinitionCustomerKey", "", "Catalog_Feed"},
        {"TaskResultID", "TaskResultID"},
        {"ImportType", "", "ImportDefinition"},
        {"ImportStatus", "ImportStatus"},
        {"FileName", "FileName"},
        {"StartDate", "StartDate"},
        {"EndDate", "EndDate"},
        {"DestinationID", "", "Catalog_Feed"},
        {"TotalRows", "TotalRows"},
        {"NumberSuccessful", "NumberSuccessful"},
        {"NumberErrors", "NumberErrors"}}},
  };
}

}  // namespace

const Property* RetrievableObject::find(std::string_view property) const {
  for (const auto& one : properties)
    if (fold_name(one.name) == fold_name(property)) return &one;
  return nullptr;
}

const RetrievableObject* find_object(bool postgresql, std::string_view name) {
  static const auto sqlite_ones = all_for(false), postgresql_ones = all_for(true);
  for (const auto& object : postgresql ? postgresql_ones : sqlite_ones)
    if (object.name == name) return &object;
  return nullptr;
}

}  // namespace stockbell::engagement::soap
