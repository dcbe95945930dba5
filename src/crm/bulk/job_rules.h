// What a new bulk job may ask for, and who may see it. Pure, thread-safe. Errors are Salesforce's.
#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "crm/bulk/types.h"
#include "crm/objects/schema.h"

namespace stockbell::crm::bulk {

// INVALIDJOB, INVALIDENTITY, INVALIDOPERATION, FEATURENOTENABLED, each saying what would be right.
Result<Job> read_ingest_job(const objects::Schema& schema, const boost::json::object& body);
Result<Job> read_query_job(const boost::json::object& body);

// Administrators see all jobs, others those of their own role.
bool may_see(const Caller& caller, const Job& job);

// The next page of a query's result: which file, and how many rows of it were handed out. Its text
// is good for one job only.
struct Locator {
  std::int64_t page = 0, row = 0;
};
std::string locator_text(JobId id, const Locator& locator);
std::optional<Locator> parse_locator(JobId id, std::string_view text);

Error no_such_job();                            // NOT_FOUND
Error wrong_state(std::string message);         // INVALIDJOBSTATE
Error limit_reached(std::string message);       // REQUEST_LIMIT_EXCEEDED
std::string error_message(const Error& error);  // "InvalidBatch : line 3: ..."

}  // namespace stockbell::crm::bulk
