#include "import/duckdb_import.h"

#include <fstream>

#include "peers/process.h"

namespace stockbell::bench {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = fs::path(STOCKBELL_SOURCE_DIR) / "bench" / "import";
const fs::path kPython = fs::path(STOCKBELL_SOURCE_DIR) / "build" / "bench-venv";

int wait_for(std::vector<std::string> arguments, const fs::path& output) {
  return Process({std::move(arguments), {}, fs::temp_directory_path(), output}).wait();
}

}  // namespace

bool DuckdbImport::install() {
  const fs::path nowhere = "/dev/null";
  const auto python = (kPython / "bin" / "python").string();
  if (fs::exists(python) && wait_for({python, "-c", "import duckdb"}, nowhere) == 0) return true;
  return wait_for({"python3", "-m", "venv", kPython.string()}, nowhere) == 0 &&
         wait_for(
             {python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
              "--only-binary", ":all:", "-r", (kSource / "duckdb_requirements.txt").string()},
             nowhere) == 0;
}

DuckdbImport::DuckdbImport(fs::path folder, const fs::path& feed_before, const fs::path& requests)
    : folder_(std::move(folder)) {
  fs::remove_all(folder_);
  fs::create_directories(folder_);
  call({"load", (folder_ / "known.db").string(), feed_before.string(), requests.string()},
       folder_ / "load.output");
}

DuckdbTimes DuckdbImport::run(const fs::path& feed) {
  for (const char* left : {"run.db", "run.db.wal", "run.output"}) fs::remove(folder_ / left);
  fs::copy_file(folder_ / "known.db", folder_ / "run.db");
  call({"run", (folder_ / "run.db").string(), feed.string()}, folder_ / "run.output");
  std::ifstream in(folder_ / "run.output");
  DuckdbTimes times;
  if (!(in >> times.restocks_s >> times.matches_s >> times.checkpoint_s >> times.restocks >>
        times.matches))
    give_up("DuckDB told no times; see " + (folder_ / "run.output").string());
  return times;
}

void DuckdbImport::call(const std::vector<std::string>& arguments, const fs::path& output) {
  std::vector<std::string> all{(kPython / "bin" / "python").string(),
                               (kSource / "duckdb_import.py").string()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  if (wait_for(std::move(all), output) != 0) give_up("DuckDB failed; see " + output.string());
}

}  // namespace stockbell::bench
