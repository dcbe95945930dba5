// Bodies of the Salesforce REST surface: as records of an object, and as the parts of a composite
// call whose references point into one another.
#include <boost/json/serialize.hpp>

#include "crm/records/record_rules.h"
#include "crm/rest/composite_references.h"
#include "crm/rest/json_body.h"
#include "crm/rest/record_body.h"
#include "fuzz/fuzz.h"

using namespace stockbell;
using namespace stockbell::crm;

namespace {

const objects::Schema& schema() {
  static const std::vector<objects::CustomField> kFields{
      {"Contact", "Points__c", "Points", "int", 0, false, false, false, {}},
      {"Contact", "Score__c", "Score", "double", 0, false, false, false, {}},
      {"Contact", "Born__c", "Born", "date", 0, false, false, false, {}}};
  static const auto made = objects::Schema::create(kFields).value();
  return made;
}

void read_as_records(const boost::json::object& body) {
  for (const auto& object : schema().objects()) {
    const auto input = rest::read_record(object, body, true);
    for (const bool creating : {true, false}) {
      const auto fields = records::read_fields(schema(), input, creating);
      for (const auto& error : fields.errors)
        REQUIRE(!error.reason.empty() && !error.message.empty());
      records::StoredRow row{1, false, records::blank_values(object), "{}"};
      static_cast<void>(records::apply_changes(object, row, fields.changes, creating));
      REQUIRE(row.values.size() == object.fields.size());
      static_cast<void>(records::find_missing(object, row));
    }
  }
}

}  // namespace

FUZZ_TARGET(rest_json) {
  if (input.size() > 64 * 1024) return;
  auto value = rest::parse_body(input);
  if (!value) {
    REQUIRE(value.error().reason == "JSON_PARSER_ERROR");
    return;
  }
  // What was taken is said again in the same words: nothing stood twice.
  const auto again = rest::parse_body(boost::json::serialize(*value));
  REQUIRE(again.has_value());
  if (value->is_object()) read_as_records(value->get_object());
  const rest::PartBodies bodies{{"a", *value}};
  std::size_t budget = 4096;
  auto copy = *value;
  static_cast<void>(rest::replace_references(copy, bodies, budget));
  REQUIRE(budget <= 4096);
  static_cast<void>(rest::replace_references(input, bodies, true));
}
