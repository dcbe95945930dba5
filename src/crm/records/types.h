// What is written to the CRM's objects and what became of it. Plain values; used by crm/rest and
// crm/bulk. Steps 3, 5, 14 and 15.
#pragma once
#include <boost/json/value.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "crm/objects/schema.h"
#include "platform/db/database.h"

namespace stockbell::crm::records {

struct FieldInput {
  std::string name;
  boost::json::value value;
  bool text = false;  // value is the text of a CSV cell or a path, read by objects::value_from_text
};

struct RecordInput {
  const objects::Object* object = nullptr;
  std::string id;              // update, remove: 15 or 18 characters
  std::string external_field;  // upsert: its key, unless that is Id; then `id` is
  std::string external_value;
  bool update_only = false;  // upsert: do not create
  std::vector<FieldInput> fields{};
};

enum class Operation { create, update, upsert, remove };

// A refusal as Salesforce words it: reason is its errorCode, field the names joined by commas.
struct RecordResult {
  std::int64_t id = 0;  // 0: none
  bool created = false;
  std::vector<Error> errors{};
  std::string duplicate_result{};       // JSON, with DUPLICATES_DETECTED
  std::vector<std::int64_t> choices{};  // an external id that names several rows
  bool success() const { return errors.empty(); }
};

struct WriteOptions {
  std::string user;                           // the principal's name
  bool all_or_none = false;                   // one refusal undoes all
  bool allow_duplicates = false;              // Sforce-Duplicate-Rule-Header: allowSave
  std::string path = "/services/data/v59.0";  // in front of the URLs in duplicate_result
};

inline constexpr std::size_t kMostRecords = 200;  // of one call, as sObject collections

}  // namespace stockbell::crm::records
