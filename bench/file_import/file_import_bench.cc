// A file of a million rows into a data extension by an import definition: into an empty one, the
// same keys once more (add-update), and an overwrite; on the embedded store, from the file being
// there to the run being completed. STOCKBELL_BENCH_ROWS for another number.
#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "engagement/import_definitions/definition_reader.h"
#include "engagement/import_definitions/import_definition_service.h"
#include "frame/report.h"

using namespace stockbell;
using namespace stockbell::bench;
using namespace stockbell::engagement;
namespace fs = std::filesystem;

namespace {

template <class T>
T checked(Result<T> result) {
  if (result) {
    if constexpr (std::is_void_v<T>)
      return;
    else
      return std::move(*result);
  }
  std::cerr << "bench file_import: " << result.error().message << "\n";
  std::exit(1);
}

// About 90 bytes a row: a key in no order, an address, a number, a price and a date.
void write_rows(const fs::path& file, std::int64_t rows, int price) {
  std::ofstream out(file);
  out << "Sku,Mail,Units,Price,Since\n";
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto scattered = static_cast<std::uint64_t>(i) * 0x9E3779B97F4A7C15u;
    out << fmt::format("{:016x},shopper{}@mail.example.com,{},{}.99,2026-01-31T08:15:00Z\n",
                       scattered, i, i % 100, price);
  }
}

double peak_mb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

class Bench {
 public:
  explicit Bench(const fs::path& folder)
      : folder_(folder),
        database_(checked(
            db::open_database({.url = "sqlite", .data_dir = folder, .name = "engagement"}))),
        extensions_(*database_, clock_, random_, ids_),
        imports_({extensions_,
                  random_,
                  ids_,
                  folder / "taken",
                  [](db::Session&, const DataExtension&, std::int64_t) { return Result<>(); },
                  {}}) {
    checked(database_->migrate(DataExtensions::migrations()));
    checked(database_->migrate(ImportDefinitionService::migrations()));
    checked(imports_.load());
    DataExtension wanted;
    wanted.key = wanted.name = "Rows";
    for (const auto& [name, type] : {std::pair("Sku", ColumnType::text),
                                     {"Mail", ColumnType::email_address},
                                     {"Units", ColumnType::number},
                                     {"Price", ColumnType::decimal},
                                     {"Since", ColumnType::date}}) {
      Column column;
      column.name = name;
      column.type = type;
      column.length = type == ColumnType::text ? 40 : type == ColumnType::decimal ? 9 : 0;
      column.scale = type == ColumnType::decimal ? 2 : 0;
      column.is_key = wanted.columns.empty();
      wanted.columns.push_back(column);
    }
    checked(extensions_.create(wanted));
    for (const auto* action : {"add-update", "overwrite"})
      checked(imports_.create(checked(read_import_definition(fmt::format(
          R"({{"name":"{0}","key":"{0}","file_name":"{0}*.csv","destination":"Rows","action":"{0}"}})",
          action)))));
  }

  // Seconds of a whole run.
  double run(const std::string& action, std::int64_t rows, int price) {
    const auto file = folder_ / fmt::format("{}{}.csv", action, price);
    write_rows(file, rows, price);
    const auto seconds = seconds_of([&] {
      checked(imports_.accept(file));
      checked(imports_.run());
    });
    const auto done = checked(imports_.list_runs(action, INT64_MAX, "", 1)).front();
    if (done.state != "completed" || done.rows_applied != rows) {
      std::cerr << fmt::format("bench file_import: {} {}: {} of {} rows\n", done.state, done.reason,
                               done.rows_applied, rows);
      std::exit(1);
    }
    return seconds;
  }

 private:
  fs::path folder_;
  SystemClock clock_;
  SystemRandom random_;
  IdGenerator ids_{clock_, random_};
  std::unique_ptr<db::Database> database_;
  DataExtensions extensions_;
  ImportDefinitionService imports_;
};

}  // namespace

int main(int argc, char** argv) {
  Report report("file_import", argc, argv);
  const char* said = std::getenv("STOCKBELL_BENCH_ROWS");
  const std::int64_t rows = said ? std::atoll(said) : report.quick() ? 50'000 : 1'000'000;
  const auto folder = fs::temp_directory_path() / fmt::format("stockbell-bench-{}", ::getpid());
  fs::create_directories(folder);
  {
    Bench bench(folder);
    const auto before = peak_mb();
    int price = 0;
    for (const auto& [name, action] : {std::pair("add-update, all new", "add-update"),
                                       {"add-update, all there", "add-update"},
                                       {"overwrite", "overwrite"}}) {
      const auto seconds = bench.run(action, rows, ++price);
      report.add({name, static_cast<double>(rows) / seconds, "rows/s", 1, {}, {}});
      report.note(fmt::format("{}: {} rows in {:.1f} s", name, rows, seconds));
    }
    report.add({"memory above the start, at most", peak_mb() - before, "MB", 1, {}, {}});
  }
  fs::remove_all(folder);
  return report.finish();
}
