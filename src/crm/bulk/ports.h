// What bulk jobs need of the CRM: rows written in the transaction that notes the progress, and the
// rows of a query as text. The real ones are crm/records and crm/soql; tests bring their own.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "crm/records/types.h"
#include "crm/soql/query_service.h"

namespace stockbell::crm::bulk {

class RowWriter {
 public:
  // Called with what became of the rows, in the transaction that wrote them; perhaps more than
  // once.
  using Note =
      std::function<Result<>(db::Session&, std::span<const records::RecordResult> results)>;
  virtual ~RowWriter() = default;
  // Writes the rows and calls `note`; an error of either leaves nothing written.
  virtual Result<> write(const std::string& user, records::Operation operation,
                         std::span<const records::RecordInput> rows, const Note& note) = 0;
};

class RowReader {
 public:
  virtual ~RowReader() = default;
  // See soql::QueryService.
  virtual Result<std::vector<std::string>> columns(const std::string& soql) const = 0;
  virtual Result<std::int64_t> for_each_row(const std::string& soql,
                                            const soql::RowsOptions& options,
                                            const soql::EachRow& each) const = 0;
};

}  // namespace stockbell::crm::bulk
