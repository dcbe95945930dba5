// The CRM's record ids and our 64-bit ones, both ways. An id of our own make keeps its value; any
// other (Salesforce's 18 characters do not fit) gets one of ours, kept in Connect's store for good.
// Thread-safe. Steps 6 and 14 where the CRM runs elsewhere.
#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/id.h"
#include "platform/db/database.h"

namespace stockbell::connect {

std::span<const db::Migration> remote_migrations();

// What an object's ids look like when they are ours.
struct RecordKind {
  std::string_view object, prefix;
};
inline constexpr RecordKind kContactKind{"Contact", kContactPrefix};
inline constexpr RecordKind kRequestKind{"Back_In_Stock__c", kRequestPrefix};

class ForeignIds {
 public:
  ForeignIds(db::Database& db, const Clock& clock, Random& random) : db_(db), ids_(clock, random) {}

  // The local ids of these records, new ones for those not met before; in one transaction.
  Result<std::map<std::string, std::int64_t>> locals(const RecordKind& kind,
                                                     const std::vector<std::string>& foreign);
  // Only those met before.
  Result<std::map<std::string, std::int64_t>> known(const RecordKind& kind,
                                                    const std::vector<std::string>& foreign);
  Result<std::string> foreign(const RecordKind& kind, std::int64_t local);

 private:
  db::Database& db_;
  IdGenerator ids_;
};

}  // namespace stockbell::connect
