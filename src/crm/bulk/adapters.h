// The ports of bulk jobs over the CRM's own services. Thread-safe; used by CrmBox.
#pragma once
#include "crm/bulk/ports.h"
#include "crm/records/record_service.h"

namespace stockbell::crm::bulk {

class RecordWriter final : public RowWriter {
 public:
  explicit RecordWriter(records::RecordService& records) : records_(records) {}
  Result<> write(const std::string& user, records::Operation operation,
                 std::span<const records::RecordInput> rows, const Note& note) override {
    return records_.together(
        user, [&](records::RecordService::Transaction& transaction) -> Result<> {
          records::WriteOptions options;
          options.user = user;
          SB_TRY(results, records_.write(transaction, operation, rows, options));
          return note(transaction.session, results);
        });
  }

 private:
  records::RecordService& records_;
};

class QueryReader final : public RowReader {
 public:
  explicit QueryReader(const soql::QueryService& queries) : queries_(queries) {}
  Result<std::vector<std::string>> columns(const std::string& soql) const override {
    return queries_.columns(soql);
  }
  Result<std::int64_t> for_each_row(const std::string& soql, const soql::RowsOptions& options,
                                    const soql::EachRow& each) const override {
    return queries_.for_each_row(soql, options, each);
  }

 private:
  const soql::QueryService& queries_;
};

}  // namespace stockbell::crm::bulk
