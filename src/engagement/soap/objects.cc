#include "engagement/soap/objects.h"

#include "engagement/data_extensions/builtin_extensions.h"
#include "engagement/soap/activity_objects.h"

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

std::vector<RetrievableObject> all_for(bool postgresql) {
  const auto view = [&](const char* key) { return *find_builtin(postgresql, key); };
  std::vector<RetrievableObject> all = {
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
  };
  std::ranges::move(activity_objects(postgresql), std::back_inserter(all));
  return all;
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
