// Import jobs over HTTP: GET /api/v1/import-jobs, GET /api/v1/import-job-runs, GET
// /api/v1/import-job-runs/{id}, POST /api/v1/import-jobs/{job}/runs; and as OCAPI Data has them:
// POST /s/-/dw/data/{version}/jobs/{job}/executions and GET …/executions/{id}. Step 8.
#pragma once
#include "commerce/import_jobs/import_job_runner.h"
#include "platform/http/http.h"

namespace stockbell::commerce {

void add_job_routes(http::Router& router, ImportJobRunner& runner);

}  // namespace stockbell::commerce
