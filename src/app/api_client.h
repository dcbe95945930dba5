// A command's way to the boxes: the running server if there is one, else an application of its own for as long as it lives.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/application.h"

namespace stockbell::app {

// What a catalog or stock import came to.
struct ImportOutcome {
  std::string state, error;  // "done" or "failed", and why
  std::int64_t rows_read = 0, rows_changed = 0, rows_refused = 0;
  std::vector<std::pair<std::int64_t, std::string>> refused;  // line, message
};

class ApiClient {
 public:
  static Result<ApiClient> open(const config::Config& config);
  static ApiClient of(const Control& control) { return ApiClient(control, nullptr); }

  // Answers the body of a 2xx; a problem+json answer becomes the Error it says.
  Result<std::string> call(const std::string& method, const std::string& path, const std::string& json_body = {});
  // Sends a file ("catalog" or "inventory") and waits until its import is over. `progress` hears of rows read.
  Result<ImportOutcome> import_file(const std::string& kind, const std::string& mode,
                                    const std::filesystem::path& file,
                                    const std::function<void(std::int64_t)>& progress = {});

 private:
  ApiClient(Control control, std::unique_ptr<Application> own) : control_(std::move(control)), own_(std::move(own)) {}
  Result<std::string> send(const std::string& method, const std::string& path, const std::string& type,
                           const std::string& body, const std::filesystem::path& file);

  Control control_;
  std::unique_ptr<Application> own_;
};

}  // namespace stockbell::app
