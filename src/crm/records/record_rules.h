// Pure decisions about a written record: what its input says field by field, what is missing, what
// may not be written. Errors are Salesforce's. Thread-safe.
#pragma once
#include <vector>

#include "crm/records/row_store.h"
#include "crm/records/types.h"

namespace stockbell::crm::records {

// Contact__r: {"B2C_Customer_ID__c": "X"} in place of Contact__c.
struct ReferenceByKey {
  std::size_t field = 0;  // the reference
  const objects::Object* object = nullptr;
  const objects::Field* key = nullptr;
  db::Value value;
};

struct FieldChange {
  std::size_t field = 0;  // index into the object's fields
  db::Value value;
};

struct ReadFields {
  std::vector<FieldChange> changes;
  std::vector<ReferenceByKey> references;
  std::vector<Error> errors;
};
// INVALID_FIELD for a name that is not there stops the reading; bad values are gathered.
ReadFields read_fields(const objects::Schema& schema, const RecordInput& input, bool creating);

// A row in which every field is null (checkboxes are false).
std::vector<db::Value> blank_values(const objects::Object& object);

// Puts the changes into the row. INVALID_FIELD_FOR_INSERT_UPDATE names the fields that may not be
// written; one that may be written at creation only may be sent again with the value it has.
std::vector<Error> apply_changes(const objects::Object& object, StoredRow& row,
                                 const std::vector<FieldChange>& changes, bool creating);

// REQUIRED_FIELD_MISSING names what has no value.
std::vector<Error> find_missing(const objects::Object& object, const StoredRow& row);

Error refusal(std::string code, std::string message, std::string fields = {});
Error not_there();       // INVALID_CROSS_REFERENCE_KEY
Error entity_deleted();  // ENTITY_IS_DELETED
Error duplicate_value(const objects::Object& object, std::string_view field, std::int64_t holder);

// How two values of a unique field are compared.
std::string folded(const objects::Field& field, const db::Value& value);

}  // namespace stockbell::crm::records
