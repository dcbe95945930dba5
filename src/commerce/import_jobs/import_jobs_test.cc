// Jobs over a real folder, with an importer that notes what it was given.
#include <fmt/chrono.h>
#include <zlib.h>

#include <fstream>

#include "commerce/import_jobs/import_job_options.h"
#include "commerce/import_jobs/import_job_runner.h"
#include "support/store.h"

namespace stockbell::commerce {
namespace {

namespace fs = std::filesystem;

class ImportJobsTest : public testing::StoreTest {
 public:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(job_run_store::migrations()));
    auto opened = ImpexFolder::open(root());
    ASSERT_TRUE(opened) << opened.error().message;
    folder.emplace(std::move(*opened));
  }
  fs::path root() const { return directory() / "impex"; }
  void begin(std::string_view json) {
    auto jobs = parse_import_jobs(json, "Europe/Berlin");
    ASSERT_TRUE(jobs) << jobs.error().message;
    runner = std::make_unique<ImportJobRunner>(
        db(), clock, ids, *folder, std::move(*jobs),
        [this](const ImportJob& job, const fs::path& file) -> Result<ImportReport> {
          if (away) return fail(ErrorCode::unavailable, "store-away", "the store is away");
          ImportReport report;
          imported.push_back(job.id + ":" + file.filename().string());
          if (during) std::exchange(during, {})();
          const bool bad = read(file).find("bad") != std::string::npos;
          report.state = bad ? ImportState::failed : ImportState::done;
          report.error = bad ? "line 1: not XML" : "";
          report.rows_changed = bad ? 0 : 2;
          return report;
        });
  }
  void put(const std::string& path, const std::string& content) {
    const auto spooled = directory() / "spooled";
    std::ofstream(spooled) << content;
    auto stored = folder->put(path, spooled);
    ASSERT_TRUE(stored) << path << ": " << stored.error().message;
  }
  static std::string read(const fs::path& file) {
    std::ifstream in(file);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  JobRun run(const std::string& job) {
    auto demanded = runner->demand(job);
    EXPECT_TRUE(demanded);
    EXPECT_TRUE(runner->run_next());
    return *runner->get(demanded->id);
  }

  std::optional<ImpexFolder> folder;
  std::unique_ptr<ImportJobRunner> runner;
  std::vector<std::string> imported;
  bool away = false;
  std::function<void()> during;  // in the middle of the next import
};

TEST_P(ImportJobsTest, ImportsWhatMatchesInOrderAndArchivesIt) {
  begin("");
  ASSERT_TRUE(folder->make_folder("inventory"));
  put("inventory/b.xml", "x");
  put("inventory/a.xml.gz", "x");
  put("inventory/notes.txt", "x");
  put("inventory/c.XML", "x");
  const auto done = run("ImportInventoryLists");
  EXPECT_EQ(imported, (std::vector<std::string>{"ImportInventoryLists:a.xml.gz",
                                                "ImportInventoryLists:b.xml"}));
  EXPECT_EQ(done.status, JobStatus::ok);
  EXPECT_EQ(done.files, 2);
  EXPECT_EQ(done.rows_changed, 4);
  EXPECT_TRUE(fs::exists(root() / "inventory/archive/b.xml"));
  EXPECT_TRUE(fs::exists(root() / "inventory/notes.txt"));
  put("inventory/b.xml", "again");
  EXPECT_EQ(run("ImportInventoryLists").status, JobStatus::ok);
  EXPECT_EQ(
      std::distance(fs::directory_iterator(root() / "inventory/archive"), fs::directory_iterator()),
      3);
  EXPECT_EQ(read(root() / "inventory/archive/b.xml"), "x");
}

TEST_P(ImportJobsTest, SaysWhenThereAreNoFiles) {
  begin(
      R"([{"id":"a"},{"id":"b","no_files":"error"},{"id":"c","no_files":"warn","folder":"none"}])");
  EXPECT_EQ(run("a").status, JobStatus::no_files_found);
  EXPECT_EQ(run("b").status, JobStatus::error);
  EXPECT_EQ(run("c").status, JobStatus::warn);
}

TEST_P(ImportJobsTest, AFailedFileIsSetAsideAndTheRestGoesOnOrNot) {
  begin(
      R"([{"id":"warn","folder":"w","pattern":".*"},{"id":"error","folder":"e","pattern":".*","failed":"error"}])");
  for (const std::string in : {"w", "e"}) {
    ASSERT_TRUE(folder->make_folder(in));
    put(in + "/1", "good");
    put(in + "/2", "bad");
    put(in + "/3", "good");
  }
  const auto warned = run("warn");
  EXPECT_EQ(warned.status, JobStatus::warn);
  EXPECT_EQ(warned.files, 3);
  EXPECT_EQ(warned.files_failed, 1);
  EXPECT_EQ(warned.detail, "2: line 1: not XML");
  EXPECT_TRUE(fs::exists(root() / "w/failed/2"));
  EXPECT_TRUE(fs::exists(root() / "w/archive/3"));
  const auto stopped = run("error");
  EXPECT_EQ(stopped.status, JobStatus::error);
  EXPECT_EQ(stopped.files, 2);
  EXPECT_TRUE(fs::exists(root() / "e/3"));
}

TEST_P(ImportJobsTest, PutsFilesAwayAsTheJobSays) {
  begin(R"([{"id":"keep","folder":"keep","pattern":".*","after":"keep"},
            {"id":"delete","folder":"delete","pattern":".*","after":"delete"},
            {"id":"zip","folder":"zip","pattern":".*","after":"archive_zipped"},
            {"id":"days","folder":"days","pattern":".*","after":"archive_in_subfolders"},
            {"id":"over","folder":"over","pattern":".*","after":"archive_overwrite"}])");
  const std::string content(200'000, 'x');
  for (const auto& job : runner->jobs()) {
    ASSERT_TRUE(folder->make_folder(job.folder));
    put(job.folder + "/f", content);
    EXPECT_EQ(run(job.id).status, JobStatus::ok) << job.id;
    if (job.id != "over") continue;
    put("over/f", "newer");
    run(job.id);
  }
  EXPECT_TRUE(fs::exists(root() / "keep/f"));
  EXPECT_FALSE(fs::exists(root() / "delete/f"));
  EXPECT_FALSE(fs::exists(root() / "delete/archive"));
  EXPECT_EQ(read(root() / "over/archive/f"), "newer");
  EXPECT_TRUE(fs::exists(
      root() / "days/archive" /
      fmt::format("{:%Y/%m/%d}", std::chrono::floor<std::chrono::seconds>(clock.now())) / "f"));
  EXPECT_FALSE(fs::exists(root() / "zip/f"));
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> packed(
      ::gzopen((root() / "zip/archive/f.gz").c_str(), "rb"), ::gzclose);
  ASSERT_TRUE(packed);
  std::string unpacked(content.size() + 1, '\0');
  EXPECT_EQ(::gzread(packed.get(), unpacked.data(), static_cast<unsigned>(unpacked.size())),
            static_cast<int>(content.size()));
}

TEST_P(ImportJobsTest, AnUploadDuringTheImportOfItsNameIsImportedToo) {
  begin(
      R"([{"id":"a","folder":"in","pattern":".*"},{"id":"k","folder":"kept","pattern":".*","after":"keep"}])");
  for (const std::string in : {"in", "kept"}) {
    ASSERT_TRUE(folder->make_folder(in));
    put(in + "/f", "old");
    during = [&] { put(in + "/f", "bad news"); };
    EXPECT_EQ(run(in == "in" ? "a" : "k").status, JobStatus::ok);
    EXPECT_EQ(read(root() / in / "f"), "bad news");
  }
  EXPECT_EQ(read(root() / "in/archive/f"), "old");
  EXPECT_EQ(run("a").status, JobStatus::warn);  // the new one, which is not good
  EXPECT_EQ(read(root() / "in/failed/f"), "bad news");
}

TEST_P(ImportJobsTest, WhatADeadProcessHadInHandIsImported) {
  begin(R"([{"id":"a","folder":"in","pattern":".*"}])");
  ASSERT_TRUE(folder->make_folder("in"));
  put("in/f", "x");
  ASSERT_TRUE(folder->claim("in", "f"));
  EXPECT_EQ(run("a").files, 1);
  EXPECT_TRUE(fs::exists(root() / "in/archive/f"));
}

TEST_P(ImportJobsTest, RunsWhatADeadProcessLeftAndWhatTheStoreHeldUp) {
  begin(R"([{"id":"a","folder":"","pattern":"f.*"}])");
  put("f1", "x");
  auto demanded = runner->demand("a");
  ASSERT_TRUE(demanded);
  EXPECT_EQ(runner->demand("a")->id, demanded->id);  // one that waits is enough
  away = true;
  EXPECT_FALSE(runner->run_next());
  EXPECT_EQ(runner->get(demanded->id)->state, JobState::running);
  away = false;
  begin(R"([{"id":"a","folder":"","pattern":"f.*"}])");  // another process
  EXPECT_TRUE(runner->run_next());
  EXPECT_EQ(runner->get(demanded->id)->status, JobStatus::ok);
  EXPECT_EQ(imported.size(), 1u);
  EXPECT_FALSE(*runner->run_next());
}

TEST_P(ImportJobsTest, RunsByScheduleAndWhenAFileArrives) {
  begin(
      R"([{"id":"hourly","folder":"h","schedule":"0 * * * *","on_arrival":false},{"id":"live","folder":"l"}])");
  runner->note_due();
  EXPECT_FALSE(*runner->run_next());
  clock.advance(std::chrono::hours(1));
  runner->note_due();
  runner->note_due();
  EXPECT_TRUE(*runner->run_next());
  EXPECT_FALSE(*runner->run_next());
  EXPECT_EQ(runner->list(0, "hourly", 10)->front().cause, "schedule");
  runner->file_arrived("h/x.xml");
  runner->file_arrived("l/x.txt");
  runner->file_arrived("l/sub/x.xml");
  EXPECT_FALSE(*runner->run_next());
  runner->file_arrived("l/x.xml");
  EXPECT_TRUE(*runner->run_next());
  EXPECT_EQ(runner->demand("none").error().reason, "job-unknown");
}

TEST_P(ImportJobsTest, KeepsPathsInside) {
  const auto spooled = directory() / "spooled";
  for (const char* path : {"../x.xml", "a/../../x.xml", "/", "", "none/x.xml", "a:b", "x\ny"}) {
    std::ofstream(spooled) << "x";
    if (auto stored = folder->put(path, spooled)) {
      EXPECT_TRUE(fs::exists(root() / "x.xml")) << path;  // ".." ends at the root
      fs::remove(root() / "x.xml");
    }
  }
  EXPECT_FALSE(fs::exists(directory() / "x.xml"));
  fs::create_directory_symlink("/etc", root() / "link");
  std::ofstream(spooled) << "x";
  EXPECT_FALSE(folder->put("link/stockbell-was-here", spooled));
  EXPECT_FALSE(folder->file_path("link/passwd"));
  EXPECT_FALSE(fs::exists("/etc/stockbell-was-here"));
  EXPECT_EQ(folder->look("none").error().code, ErrorCode::not_found);
}

TEST(ImportJobOptions, SayWhatIsWrong) {
  for (auto [json, part] : std::initializer_list<std::pair<const char*, const char*>>{
           {R"([{"pattern":"("}])", "regular expression"},
           {R"([{"kind":"prices"}])", "inventory or catalog"},
           {R"([{"schedule":"every day"}])", "schedule"},
           {R"([{"id":"a b"}])", "letters, digits"},
           {R"([{"id":"a"},{"id":"a"}])", "another job"},
           {R"([{"kind":"catalog","mode":"replace"}])", "catalogs are merged"},
           {R"([{"on_arrival":"yes"}])", "on_arrival"},
           {R"({})", "list of tables"}}) {
    auto jobs = parse_import_jobs(json, "UTC");
    ASSERT_FALSE(jobs) << json;
    EXPECT_NE(jobs.error().message.find(part), std::string::npos) << jobs.error().message;
  }
}

STOCKBELL_STORE_TESTS(ImportJobsTest);

}  // namespace
}  // namespace stockbell::commerce
