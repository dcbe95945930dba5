#include "crm/bulk/bulk_routes.h"

#include <charconv>

#include "crm/bulk/job_json.h"
#include "crm/rest/api_errors.h"
#include "crm/rest/json_body.h"
#include "crm/rest/route_table.h"
#include "platform/http/multipart.h"
#include "platform/text/text.h"

namespace stockbell::crm::bulk {
namespace {

using http::Request;
using http::Response;
using Answer = std::function<Result<Response>(const Request&, const Caller&)>;

constexpr std::string_view kPrefix = "/services/data/{version}/jobs/";
constexpr std::size_t kJobBytes = 256 * 1024;  // a query has up to 100,000 characters
constexpr std::int64_t kMostRows = 1'000'000;

std::string media_type(const Request& request) {
  auto type = request.header("Content-Type");
  type = text::trim(std::string_view(type).substr(0, type.find(';')));
  for (char& c : type)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return type;
}

Result<> expect_type(const Request& request, std::string_view wanted) {
  const auto type = media_type(request);
  if (type == wanted || (type.empty() && wanted == "application/json")) return {};
  return fail(ErrorCode::invalid, "UNSUPPORTED_MEDIA_TYPE",
              fmt::format("Content-Type header specified in HTTP request is not supported: {}; "
                          "send {}",
                          type.substr(0, 100), wanted));
}

Result<Caller> caller_of(const Request& request) {
  const auto version = rest::parse_version(request.parameter("version"));
  if (!version) return fail(no_such_job());
  return Caller{request.principal.name, request.principal.role, *version};
}

struct Mounting {
  http::Router& router;
  const Meter& metered;
};

void add(const Mounting& mounting, std::string method, std::string_view path, http::Role least,
         Answer answer, std::size_t body_limit = kJobBytes,
         http::BodyMode body = http::BodyMode::memory) {
  http::Route route;
  route.method = std::move(method);
  route.pattern = std::string(kPrefix) + std::string(path);
  route.least = least;
  route.body = body;
  route.body_limit = body_limit;
  route.handler =
      mounting.metered(route.method + " " + route.pattern,
                       [answer = std::move(answer)](const Request& request) -> Result<Response> {
                         SB_TRY(caller, caller_of(request));
                         return answer(request, caller);
                       });
  mounting.router.add(std::move(route));
}

Response job_answer(const Job& job) { return rest::json_answer(200, to_json(job)); }

Response csv_file(std::filesystem::path file) {
  Response response{200, {{"Content-Type", "text/csv"}}, {}, std::move(file)};
  return response;
}

Result<std::string> read_small(const std::filesystem::path& file) {
  std::error_code problem;
  if (std::filesystem::file_size(file, problem) > kJobBytes || problem)
    return fail(ErrorCode::too_large, "REQUEST_ENTITY_TOO_LARGE", "a job's JSON is small");
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// A job with its rows in one request: the part "job" is JSON, the part "content" CSV.
Result<Response> create_from_parts(const Request& request, const Caller& caller,
                                   BulkService& bulk) {
  const auto refuse = [](std::string message) {
    return fail(ErrorCode::invalid, "INVALIDJOB", std::move(message));
  };
  auto boundary = http::multipart_boundary(request.header("Content-Type"));
  if (!boundary) return refuse(boundary.error().message);
  auto content = request.body_file;
  content += ".content";  // beside the body, so that it goes with the server's other leftovers
  const struct Removed {
    const std::filesystem::path& file;
    ~Removed() {
      std::error_code ignored;
      std::filesystem::remove(file, ignored);
    }
  } removed{content};
  std::ofstream out(content, std::ios::binary | std::ios::trunc);
  std::string job;
  bool into_job = false, has_content = false;
  http::PartEvents events;
  events.begin = [&](const http::PartHead& part) -> Result<> {
    if (part.name != "job" && part.name != "content")
      return refuse("the parts are job (JSON) and content (CSV)");
    into_job = part.name == "job";
    has_content |= !into_job;
    if (part.content_type != (into_job ? "application/json" : "text/csv"))
      return refuse("the part job is application/json, the part content text/csv");
    return {};
  };
  events.data = [&](std::string_view piece) -> Result<> {
    if (!into_job) {
      out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
      return {};
    }
    if (job.size() + piece.size() > kJobBytes) return refuse("the part job is too long");
    job += piece;
    return {};
  };
  events.end = []() -> Result<> { return {}; };
  if (auto read = http::read_multipart(request.body_file, *boundary, events); !read)
    return refuse(read.error().message);
  out.close();
  if (!out) return fail(ErrorCode::unavailable, "bulk-file", "the upload cannot be kept");
  if (job.empty() || !has_content) return refuse("the parts job and content are both needed");
  SB_TRY(body, rest::parse_object_body(job));
  SB_TRY(made, bulk.create_ingest(caller, body, content));
  return job_answer(made);
}

Result<Response> create_ingest(const Request& request, const Caller& caller, BulkService& bulk) {
  if (media_type(request) == "multipart/form-data") return create_from_parts(request, caller, bulk);
  SB_CHECK(expect_type(request, "application/json"));
  SB_TRY(text, read_small(request.body_file));
  SB_TRY(body, rest::parse_object_body(text));
  SB_TRY(job, bulk.create_ingest(caller, body));
  return job_answer(job);
}

Result<Response> list(const Request& request, const Caller& caller, BulkService& bulk,
                      JobKind kind) {
  SB_TRY(jobs, bulk.list(caller, kind, request.query_value("queryLocator").value_or("")));
  std::string next;
  if (jobs.size() > BulkService::kJobsOfList) {
    jobs.pop_back();
    next = fmt::format("/services/data/v{}/jobs/{}?queryLocator={}", caller.version, to_text(kind),
                       to_record_id(kJobPrefix, jobs.back().id.value));
  }
  return rest::json_answer(200, list_json(jobs, next));
}

// What both kinds of jobs have.
void add_job_routes(const Mounting& mounting, BulkService& bulk, JobKind kind, http::Role least) {
  const std::string name(to_text(kind));
  add(mounting, "GET", name, least, [&bulk, kind](const Request& request, const Caller& caller) {
    return list(request, caller, bulk, kind);
  });
  add(mounting, "GET", name + "/{id}", least,
      [&bulk, kind](const Request& request, const Caller& caller) -> Result<Response> {
        SB_TRY(job, bulk.get(caller, kind, request.parameter("id")));
        return job_answer(job);
      });
  add(mounting, "PATCH", name + "/{id}", least,
      [&bulk, kind](const Request& request, const Caller& caller) -> Result<Response> {
        SB_CHECK(expect_type(request, "application/json"));
        SB_TRY(body, rest::parse_object_body(request.body));
        SB_TRY(job, bulk.change_state(caller, kind, request.parameter("id"),
                                      rest::text_member(body, "state")));
        return job_answer(job);
      });
  add(mounting, "DELETE", name + "/{id}", least,
      [&bulk, kind](const Request& request, const Caller& caller) -> Result<Response> {
        SB_CHECK(bulk.remove(caller, kind, request.parameter("id")));
        return Response::empty(204);
      });
}

void add_ingest_routes(const Mounting& mounting, BulkService& bulk) {
  const auto most = static_cast<std::size_t>(bulk.options().upload_bytes);
  add(
      mounting, "POST", "ingest", http::Role::admin,
      [&bulk](const Request& request, const Caller& caller) {
        return create_ingest(request, caller, bulk);
      },
      most + kJobBytes, http::BodyMode::spooled);
  add(
      mounting, "PUT", "ingest/{id}/batches", http::Role::admin,
      [&bulk](const Request& request, const Caller& caller) -> Result<Response> {
        SB_CHECK(expect_type(request, "text/csv"));
        SB_CHECK(bulk.upload(caller, request.parameter("id"), request.body_file));
        return Response::empty(201);
      },
      most, http::BodyMode::spooled);
  const auto result = [&](std::string_view name, IngestResult which) {
    add(mounting, "GET", "ingest/{id}/" + std::string(name), http::Role::admin,
        [&bulk, which](const Request& request, const Caller& caller) -> Result<Response> {
          SB_TRY(file, bulk.ingest_result(caller, request.parameter("id"), which));
          return csv_file(file);
        });
  };
  result("successfulResults", IngestResult::successful);
  result("failedResults", IngestResult::failed);
  result("unprocessedrecords", IngestResult::unprocessed);
  result("unprocessedRecords", IngestResult::unprocessed);  // as simple-salesforce writes it
}

Result<Response> query_result(const Request& request, const Caller& caller, BulkService& bulk) {
  std::int64_t most = kMostRows;
  if (const auto text = request.query_value("maxRecords")) {
    const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), most);
    if (problem != std::errc() || end != text->data() + text->size() || most < 1)
      return fail(ErrorCode::invalid, "INVALID_QUERY_LOCATOR",
                  "maxRecords is a whole number from 1 on", "maxRecords");
  }
  auto locator = request.query_value("locator").value_or("");
  if (locator == "null") locator.clear();
  SB_TRY(result, bulk.query_result(caller, request.parameter("id"), locator, most));
  Response response{200, {{"Content-Type", "text/csv"}}, std::move(result.text), result.file};
  response.set("Sforce-Locator", result.locator);
  response.set("Sforce-NumberOfRecords", std::to_string(result.rows));
  return response;
}

void add_query_routes(const Mounting& mounting, BulkService& bulk) {
  add(mounting, "POST", "query", http::Role::readonly,
      [&bulk](const Request& request, const Caller& caller) -> Result<Response> {
        SB_CHECK(expect_type(request, "application/json"));
        SB_TRY(body, rest::parse_object_body(request.body));
        SB_TRY(job, bulk.create_query(caller, body));
        return job_answer(job);
      });
  // jsforce asks for every page but the first with two slashes before the id.
  for (const char* path : {"query/{id}/results", "query//{id}/results"})
    add(mounting, "GET", path, http::Role::readonly,
        [&bulk](const Request& request, const Caller& caller) {
          return query_result(request, caller, bulk);
        });
}

}  // namespace

void add_routes(http::Router& router, BulkService& bulk, const Meter& metered) {
  const Mounting mounting{router, metered};
  add_job_routes(mounting, bulk, JobKind::ingest, http::Role::admin);
  add_job_routes(mounting, bulk, JobKind::query, http::Role::readonly);
  add_ingest_routes(mounting, bulk);
  add_query_routes(mounting, bulk);
}

}  // namespace stockbell::crm::bulk
