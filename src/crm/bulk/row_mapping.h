// From a CSV's header and rows to records (reference 3.7): column names without regard to case,
// "Contact__r.B2C_Customer_ID__c" names a parent by its external id, "#N/A" is null, an empty value
// leaves the field alone. Made for one file; read-only afterwards.
#pragma once
#include <string>
#include <vector>

#include "crm/bulk/types.h"
#include "crm/records/types.h"

namespace stockbell::crm::bulk {

class RowMapping {
 public:
  // Errors: reason "InvalidBatch", for a header that does not fit object or operation.
  static Result<RowMapping> create(const objects::Schema& schema, const Job& job,
                                   const std::vector<std::string>& header);

  std::size_t width() const { return columns_.size(); }
  const std::vector<std::string>& header() const { return header_; }
  // `values` are as many as the header's.
  records::RecordInput record_of(const std::vector<std::string>& values) const;

 private:
  struct Column {
    enum class Use { id, external_value, field, parent };
    Use use = Use::field;
    std::string name;        // the field's
    std::string relation{};  // parent: "Contact__r"
    std::string key{};       // parent: "B2C_Customer_ID__c"
  };
  static Result<Column> column_of(const objects::Schema& schema, const objects::Object& object,
                                  const Job& job, const std::string& name);

  const objects::Object* object_ = nullptr;
  std::string external_field_;
  std::vector<Column> columns_;
  std::vector<std::string> header_;
};

records::Operation record_operation(JobOperation operation);

}  // namespace stockbell::crm::bulk
