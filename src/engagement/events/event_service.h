// Events that let somebody into a journey (reference 6.6). An event is a row of its definition's
// data extension; the SKU it stands for is noted to the audience, whose rules admit as ever: only
// open requests whose item is available, at most once. So an event speeds up, and never messages by
// itself. Thread-safe.
#pragma once
#include <functional>
#include <span>

#include "engagement/data_extensions/data_extensions.h"

namespace stockbell::engagement {

struct EventDefinition {
  std::int64_t id = 0;
  std::string key, name, journey, extension_key;
  std::string request_column, sku_column;  // one of them may be ""
  Time created_at{};
  std::int64_t high_water = 0;
};

struct FiredEvent {
  std::string contact_key, definition_key;
  RawRow data;
};

class EventService {
 public:
  struct Parts {
    DataExtensions& extensions;
    IdGenerator& ids;
    Random& random;
    std::function<bool(const std::string& key)> is_journey;  // one that runs
    std::function<void(const std::vector<std::string>& skus)> note;
  };
  explicit EventService(Parts parts) : parts_(std::move(parts)) {}
  static std::span<const db::Migration> migrations();

  // Errors: invalid, "event-definition-invalid"; conflict, "event-definition-exists".
  Result<EventDefinition> define(EventDefinition definition);
  Result<std::vector<EventDefinition>> list();
  Result<> remove(const std::string& key);
  // The event's id, once its row is kept. Errors: invalid, "event-invalid", for an unknown key too.
  Result<std::string> fire(FiredEvent event);

  // The rows of the definition's extension that came since the last time, within the caller's
  // transaction: their SKUs, for note() after its commit. Not found: "event-definition-unknown".
  // Rows of the extension with ids from `first` on are new, whatever was entered before: an import
  // gives its rows their ids before it shows them.
  static Result<> rows_arrived(db::Session& session, const DataExtension& extension,
                               std::int64_t first);
  Result<std::vector<std::string>> enter_new(db::Session& session, const std::string& key);
  Result<> check(db::Session& session, const std::string& key);
  void note(const std::vector<std::string>& skus) const {
    if (!skus.empty()) parts_.note(skus);
  }

 private:
  Result<EventDefinition> get(db::Session& session, const std::string& key);
  Result<std::optional<std::string>> sku_of(db::Session& session, const EventDefinition& definition,
                                            const DataExtension& extension,
                                            const std::vector<std::optional<db::Value>>& row);
  const Parts parts_;
};

}  // namespace stockbell::engagement
