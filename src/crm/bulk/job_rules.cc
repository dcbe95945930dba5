#include "crm/bulk/job_rules.h"

#include <charconv>

#include "platform/crypto/crypto.h"
#include "platform/text/json.h"

namespace stockbell::crm::bulk {
namespace {

std::unexpected<Error> refuse(std::string code, std::string message, std::string field = {}) {
  return fail(ErrorCode::invalid, std::move(code), std::move(message), std::move(field));
}

Result<std::string> member(const boost::json::object& body, std::string_view name) {
  auto found = text::find_text(body, name);
  if (!found) return refuse("JSON_PARSER_ERROR", fmt::format("{} must be text", name));
  return found->value_or("");
}

template <class E>
Result<E> choice(const boost::json::object& body, std::string_view name, E standard) {
  SB_TRY(given, member(body, name));
  if (given.empty()) return standard;
  if (const auto value = parse_enum<E>(given)) return *value;
  std::string all;
  for (const auto& row : kEnumText<E>) all += (all.empty() ? "" : ", ") + std::string(row.text);
  return refuse("INVALIDJOB", fmt::format("{} must be one of {}", name, all), std::string(name));
}

Result<> read_form(const boost::json::object& body, Job& job) {
  SB_TRY(ending, choice(body, "lineEnding", LineEnding::lf));
  SB_TRY(delimiter, choice(body, "columnDelimiter", ColumnDelimiter::comma));
  SB_TRY(content, member(body, "contentType"));
  if (!content.empty() && content != "CSV")
    return refuse("INVALIDJOB", "contentType must be CSV", "contentType");
  job.line_ending = ending;
  job.delimiter = delimiter;
  return {};
}

Result<> read_external_field(const boost::json::object& body, const objects::Object& object,
                             Job& job) {
  SB_TRY(name, member(body, "externalIdFieldName"));
  if (job.operation != JobOperation::upsert) {
    if (name.empty()) return {};
    return refuse("INVALIDJOB", "externalIdFieldName is for upsert jobs only",
                  "externalIdFieldName");
  }
  if (name.empty())
    return refuse("INVALIDJOB", "an upsert job needs externalIdFieldName: an external id, or Id",
                  "externalIdFieldName");
  const auto* field = object.find_field(name);
  if (!field || (!field->external_id && field->name != "Id"))
    return refuse(
        "INVALIDJOB",
        fmt::format("externalIdFieldName must be Id or an external id of {}", object.name),
        "externalIdFieldName");
  job.external_field = field->name;
  return {};
}

}  // namespace

Result<Job> read_ingest_job(const objects::Schema& schema, const boost::json::object& body) {
  Job job;
  job.kind = JobKind::ingest;
  SB_TRY(operation, member(body, "operation"));
  if (operation == "hardDelete")
    return refuse("FEATURENOTENABLED",
                  "hardDelete is not offered: use delete; deleted rows go for good 15 days later",
                  "operation");
  const auto known = parse_enum<JobOperation>(operation);
  if (!known || *known == JobOperation::query || *known == JobOperation::query_all)
    return refuse("INVALIDOPERATION", "operation must be one of insert, update, upsert, delete",
                  "operation");
  job.operation = *known;
  SB_TRY(name, member(body, "object"));
  const auto* object = schema.find(name);
  if (!object)
    return refuse("INVALIDENTITY",
                  name.empty() ? "object is missing: name the object to load"
                               : "Unable to find object: " + name.substr(0, 80),
                  "object");
  job.object = object->name;
  SB_CHECK(read_external_field(body, *object, job));
  SB_CHECK(read_form(body, job));
  return job;
}

Result<Job> read_query_job(const boost::json::object& body) {
  Job job;
  job.kind = JobKind::query;
  job.state = JobState::upload_complete;
  SB_TRY(operation, member(body, "operation"));
  const auto known = parse_enum<JobOperation>(operation);
  if (known != JobOperation::query && known != JobOperation::query_all)
    return refuse("INVALIDOPERATION", "operation must be query or queryAll", "operation");
  job.operation = *known;
  SB_TRY(query, member(body, "query"));
  if (query.empty()) return refuse("INVALIDJOB", "query is missing", "query");
  job.query = query;
  SB_CHECK(read_form(body, job));
  return job;
}

bool may_see(const Caller& caller, const Job& job) {
  return caller.role == http::Role::admin || caller.role == job.owner.role;
}

std::string locator_text(JobId id, const Locator& locator) {
  return crypto::base64url(fmt::format("{}.{}.{}", id.value, locator.page, locator.row));
}

std::optional<Locator> parse_locator(JobId id, std::string_view text) {
  const auto decoded = crypto::base64url_decode(text.substr(0, 100));
  if (!decoded) return {};
  std::array<std::int64_t, 3> numbers{};
  std::string_view rest = *decoded;
  for (auto& number : numbers) {
    const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (problem != std::errc() || number < 0) return {};
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (rest.starts_with('.')) rest.remove_prefix(1);
  }
  const Locator locator{numbers[1], numbers[2]};
  if (numbers[0] != id.value || locator_text(id, locator) != text) return {};
  return locator;
}

Error no_such_job() {
  return {ErrorCode::not_found, "NOT_FOUND", "The requested resource does not exist", ""};
}
Error wrong_state(std::string message) {
  return {ErrorCode::invalid, "INVALIDJOBSTATE", std::move(message), ""};
}
Error limit_reached(std::string message) {
  return {ErrorCode::forbidden, "REQUEST_LIMIT_EXCEEDED", std::move(message), ""};
}

std::string error_message(const Error& error) {
  if (error.code == ErrorCode::internal || error.temporary())
    return "InternalServerError : the server could not go on; try again";
  return error.reason + " : " + error.message;
}

}  // namespace stockbell::crm::bulk
