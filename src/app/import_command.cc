#include "app/import_command.h"

#include <unistd.h>

#include <iostream>

#include "app/api_client.h"

namespace stockbell::app {

Result<> import_file(const config::Config& config, const std::string& kind, const std::string& mode,
                     const std::string& file) {
  SB_TRY(client, ApiClient::open(config));
  std::function<void(std::int64_t)> progress;
  if (isatty(STDERR_FILENO)) progress = [](std::int64_t rows) { std::cerr << "\r" << rows << " rows " << std::flush; };
  SB_TRY(import, client.import_file(kind, mode, file, progress));
  if (progress) std::cerr << "\n";
  std::cout << kind << ": " << import.rows_read << " rows read, " << import.rows_changed << " changed, "
            << import.rows_refused << " refused\n";
  for (const auto& [line, message] : import.refused) std::cout << file << ":" << line << ": " << message << "\n";
  if (import.state != "failed") return {};
  return fail(ErrorCode::invalid, "import-failed", file + ": " + import.error);
}

}  // namespace stockbell::app
