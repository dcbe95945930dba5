#include "crm/bulk/job_json.h"

#include "crm/objects/values.h"
#include "crm/records/record_service.h"
#include "platform/text/json.h"

namespace stockbell::crm::bulk {
namespace {

void write_job(text::JsonWriter& json, const Job& job) {
  const bool ingest = job.kind == JobKind::ingest;
  const auto id = to_record_id(kJobPrefix, job.id.value);
  json.begin_object()
      .member("id", id)
      .member("operation", to_text(job.operation))
      .member("object", job.object)
      .member("createdById", to_record_id(kUserPrefix, records::user_of(job.owner.name).value))
      .member("createdDate", objects::to_salesforce_time(job.created_at))
      .member("systemModstamp", objects::to_salesforce_time(job.modified_at))
      .member("state", to_text(job.state))
      .member("concurrencyMode", "Parallel")
      .member("contentType", "CSV");
  json.key("apiVersion").raw(job.owner.version);
  json.member("jobType", ingest ? "V2Ingest" : "V2Query")
      .member("lineEnding", to_text(job.line_ending))
      .member("columnDelimiter", to_text(job.delimiter))
      .member("retries", job.retries)
      .member("totalProcessingTime", job.total_ms)
      .member("numberRecordsProcessed", job.processed);
  if (ingest) {
    json.member("contentUrl",
                fmt::format("services/data/v{}/jobs/ingest/{}/batches", job.owner.version, id))
        .member("numberRecordsFailed", job.failed)
        .member("apiActiveProcessingTime", job.total_ms)
        .member("apexProcessingTime", 0);
    if (!job.external_field.empty()) json.member("externalIdFieldName", job.external_field);
  } else {
    json.member("isPkChunkingSupported", false);
  }
  if (!job.error.empty()) json.member("errorMessage", job.error);
  json.end_object();
}

}  // namespace

std::string to_json(const Job& job) {
  text::JsonWriter json;
  write_job(json, job);
  return std::move(json).str();
}

std::string list_json(std::span<const Job> jobs, const std::string& next_url) {
  text::JsonWriter json;
  json.begin_object().member("done", next_url.empty()).key("records").begin_array();
  for (const auto& job : jobs) write_job(json, job);
  json.end_array().key("nextRecordsUrl");
  if (next_url.empty())
    json.value(nullptr);
  else
    json.value(next_url);
  json.end_object();
  return std::move(json).str();
}

}  // namespace stockbell::crm::bulk
