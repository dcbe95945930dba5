#include "commerce/import_jobs/job_routes.h"

#include "commerce/imports/whole_number.h"
#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

constexpr int kPageRows = 50;

void write_time(text::JsonWriter& json, std::string_view name, const std::optional<Time>& time) {
  json.key(name);
  if (time)
    json.value(to_rfc3339(*time));
  else
    json.value(nullptr);
}

void write_run(text::JsonWriter& json, const JobRun& run) {
  json.begin_object()
      .member("id", std::to_string(run.id))
      .member("job", run.job)
      .member("cause", run.cause)
      .member("state", to_text(run.state))
      .member("status", to_text(run.status))
      .member("files", run.files)
      .member("files_failed", run.files_failed)
      .member("rows_changed", run.rows_changed)
      .member("detail", run.detail)
      .member("created_at", to_rfc3339(run.created_at));
  write_time(json, "finished_at", run.finished_at);
  json.end_object();
}

Result<http::Response> list_jobs(const ImportJobRunner& runner) {
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& job : runner.jobs()) {
    json.begin_object()
        .member("id", job.id)
        .member("kind", to_text(job.kind))
        .member("folder", job.folder)
        .member("pattern", job.pattern)
        .member("mode", to_text(job.mode))
        .member("after", to_text(job.after))
        .member("failed", to_text(job.failed))
        .member("no_files", to_text(job.no_files))
        .member("on_arrival", job.on_arrival)
        .member("schedule", job.schedule ? job.schedule->expression() : "");
    write_time(json, "next_run_at", runner.next_run(job));
    json.end_object();
  }
  json.end_array().end_object();
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> list_runs(ImportJobRunner& runner, const http::Request& request) {
  SB_TRY(runs, runner.list(whole_number(request.query_value("before").value_or("")),
                           request.query_value("job").value_or(""), kPageRows + 1));
  const bool more = runs.size() > kPageRows;
  if (more) runs.pop_back();
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& run : runs) write_run(json, run);
  json.end_array().key("next_before");
  if (more)
    json.value(std::to_string(runs.back().id));
  else
    json.value(nullptr);
  json.end_object();
  return http::Response::json(200, std::move(json).str());
}

http::Response one_run(int status, const JobRun& run) {
  text::JsonWriter json;
  write_run(json, run);
  return http::Response::json(status, std::move(json).str());
}

std::string_view execution_status(JobState state) {
  switch (state) {
    case JobState::waiting:
      return "pending";
    case JobState::running:
      return "running";
    case JobState::finished:
      break;
  }
  return "finished";
}

// OCAPI Data's document job_execution. A WARN ends well there, with its code.
http::Response execution(int status, const JobRun& run, const std::string& version) {
  text::JsonWriter json;
  json.begin_object()
      .member("_v", version.starts_with('v') ? version.substr(1) : version)
      .member("_type", "job_execution")
      .member("id", std::to_string(run.id))
      .member("job_id", run.job)
      .member("execution_status", execution_status(run.state));
  if (run.state == JobState::finished) {
    const bool failed = run.status == JobStatus::error;
    json.member("status", failed ? "ERROR" : "OK")
        .key("exit_status")
        .begin_object()
        .member("code", to_text(run.status))
        .member("message", run.detail)
        .member("status", failed ? "error" : "ok")
        .end_object();
  } else {
    json.member("status", to_text(run.state) == "running" ? "RUNNING" : "PENDING");
  }
  json.member("start_time", to_rfc3339(run.created_at));
  if (run.finished_at) json.member("end_time", to_rfc3339(*run.finished_at));
  json.end_object();
  return http::Response::json(status, std::move(json).str());
}

}  // namespace

void add_job_routes(http::Router& router, ImportJobRunner& runner) {
  using http::Request;
  using http::Role;
  using Answer = Result<http::Response>;
  router.add({"GET", "/api/v1/import-jobs", Role::readonly,
              [&runner](const Request&) { return list_jobs(runner); }});
  router.add({"POST", "/api/v1/import-jobs/{job}/runs", Role::admin,
              [&runner](const Request& request) -> Answer {
                SB_TRY(run, runner.demand(request.parameter("job")));
                return one_run(202, run);
              }});
  router.add({"GET", "/api/v1/import-job-runs", Role::readonly,
              [&runner](const Request& request) { return list_runs(runner, request); }});
  router.add({"GET", "/api/v1/import-job-runs/{id}", Role::readonly,
              [&runner](const Request& request) -> Answer {
                SB_TRY(run, runner.get(whole_number(request.parameter("id"))));
                return one_run(200, run);
              }});
  router.add({"POST", "/s/-/dw/data/{version}/jobs/{job}/executions", Role::admin,
              [&runner](const Request& request) -> Answer {
                SB_TRY(run, runner.demand(request.parameter("job")));
                return execution(202, run, request.parameter("version"));
              }});
  router.add({"GET", "/s/-/dw/data/{version}/jobs/{job}/executions/{id}", Role::readonly,
              [&runner](const Request& request) -> Answer {
                SB_TRY(run, runner.get(whole_number(request.parameter("id"))));
                if (run.job != request.parameter("job"))
                  return fail(ErrorCode::not_found, "job-run-unknown",
                              "there is no such execution");
                return execution(200, run, request.parameter("version"));
              }});
}

}  // namespace stockbell::commerce
