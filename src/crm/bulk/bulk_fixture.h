// For the tests of crm/bulk: the service over a store, with a writer that notes what it was given
// in a table of its own (so that what a kill undoes is undone there, too) and a reader of numbers.
#pragma once
#include <gmock/gmock.h>

#include <sstream>

#include "crm/bulk/bulk_service.h"
#include "platform/text/json.h"
#include "support/store.h"

namespace stockbell::crm::bulk {

inline constexpr db::Statement kCreateApplied{"test.create_applied",
                                              "CREATE TABLE applied (name TEXT NOT NULL)",
                                              "CREATE TABLE applied (name TEXT NOT NULL)"};
inline constexpr db::Statement kInsertApplied{"test.insert_applied",
                                              "INSERT INTO applied (name) VALUES ($1)",
                                              "INSERT INTO applied (name) VALUES ($1)"};
inline constexpr db::Statement kCountApplied{"test.count_applied",
                                             "SELECT COUNT(*), COUNT(DISTINCT name) FROM applied",
                                             "SELECT COUNT(*), COUNT(DISTINCT name) FROM applied"};

// Refuses rows whose LastName is "bad". `before_commit` runs inside the transaction.
class NotingWriter final : public RowWriter {
 public:
  explicit NotingWriter(db::Database& db) : db_(db) {}
  Result<> write(const std::string&, records::Operation, std::span<const records::RecordInput> rows,
                 const Note& note) override {
    sizes.push_back(rows.size());
    return db_.write([&](db::Session& session) -> Result<> {
      std::vector<records::RecordResult> results;
      std::int64_t id = 1000;
      for (const auto& row : rows) {
        auto& result = results.emplace_back();
        const std::string name(row.fields.empty() ? "?"
                                                  : row.fields.front().value.as_string().c_str());
        if (name == "bad") {
          result.errors.push_back({ErrorCode::invalid, "REQUIRED_FIELD_MISSING",
                                   "Required fields are missing: [LastName]", "LastName"});
          continue;
        }
        result.id = ++id;
        result.created = true;
        SB_CHECK(session.execute(kInsertApplied, {name}));
      }
      SB_CHECK(note(session, results));
      return before_commit ? before_commit() : Result<>();
    });
  }
  std::vector<std::size_t> sizes;
  std::function<Result<>()> before_commit;

 private:
  db::Database& db_;
};

// Rows 1 to `count` with cells "n" and "name n"; fails once behind row `fail_after`.
class CountingReader final : public RowReader {
 public:
  std::int64_t count = 0, fail_after = 0;
  mutable std::int64_t read = 0;
  bool broken = false;
  Result<std::vector<std::string>> columns(const std::string& soql) const override {
    if (soql.find("COUNT") != soql.npos)
      return fail(ErrorCode::invalid, "API_ERROR", "no aggregates");
    return std::vector<std::string>{"Id", "Name"};
  }
  Result<std::int64_t> for_each_row(const std::string&, const soql::RowsOptions& options,
                                    const soql::EachRow& each) const override {
    for (auto id = options.after + 1; id <= count; ++id) {
      if (fail_after > 0 && id > fail_after)
        return fail(ErrorCode::unavailable, "killed", "as if killed");
      if (broken) throw std::logic_error("broken");
      ++read;
      const std::vector<std::string> cells{std::to_string(id), "name " + std::to_string(id)};
      SB_CHECK(each(id, cells));
    }
    return count;
  }
};

class BulkTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(BulkService::migrations()));
    ASSERT_TRUE(db().write([](db::Session& session) -> Result<> {
      SB_CHECK(session.execute(kCreateApplied));
      return {};
    }));
    options.directory = directory() / "bulk";
    options.attempts = 3;
    restart();
  }
  // As after a kill: nothing but the store and the files is left.
  void restart() {
    bulk.reset();
    writer = std::make_unique<NotingWriter>(db());
    bulk = std::make_unique<BulkService>(db(), schema, *writer, reader, clock, random, options);
  }
  static boost::json::object object(std::string_view text) {
    return text::parse_json_object(text).value();
  }
  std::filesystem::path file(const std::string& content) {
    const auto path = directory() / ("body-" + std::to_string(++files_));
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  static std::string id_of(const Job& job) { return to_record_id(kJobPrefix, job.id.value); }
  // A job with its rows, waiting for its turn.
  std::string load(const std::string& content,
                   std::string_view body = R"({"object":"Contact","operation":"insert"})") {
    auto job = bulk->create_ingest(admin, object(body));
    EXPECT_TRUE(job) << (job ? "" : job.error().message);
    const auto id = id_of(*job);
    EXPECT_TRUE(bulk->upload(admin, id, file(content)));
    EXPECT_TRUE(bulk->change_state(admin, JobKind::ingest, id, "UploadComplete"));
    return id;
  }
  std::string ask(const std::string& query) {
    auto job =
        bulk->create_query(admin, boost::json::object{{"operation", "query"}, {"query", query}});
    EXPECT_TRUE(job) << (job ? "" : job.error().message);
    return id_of(*job);
  }
  void run(JobKind kind) {
    for (;;) {
      auto more = bulk->step(kind);
      ASSERT_TRUE(more) << more.error().message;
      if (!*more) return;
    }
  }
  Job job(const std::string& id, JobKind kind = JobKind::ingest) {
    auto found = bulk->get(admin, kind, id);
    EXPECT_TRUE(found);
    return found.value_or(Job{});
  }
  std::string result(const std::string& id, IngestResult which) {
    auto path = bulk->ingest_result(admin, id, which);
    return path ? content_of(*path) : path.error().reason;
  }
  static std::string content_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Rows written, and how many different ones.
  std::pair<std::int64_t, std::int64_t> applied() {
    auto row = db().read([](db::Session& session) { return session.query_one(kCountApplied); });
    return row ? std::pair((*row)->i64(0), (*row)->i64(1))
               : std::pair<std::int64_t, std::int64_t>();
  }
  static std::string rows(int count) {
    std::string text = "LastName\n";
    for (int i = 1; i <= count; ++i) text += "n" + std::to_string(i) + "\n";
    return text;
  }

  objects::Schema schema = objects::Schema::create({}).value();
  CountingReader reader;
  std::unique_ptr<NotingWriter> writer;
  BulkOptions options;
  std::unique_ptr<BulkService> bulk;
  const Caller admin{"boss", http::Role::admin, "59.0"};
  const Caller analyst{"eve", http::Role::readonly, "59.0"};

 private:
  int files_ = 0;
};

}  // namespace stockbell::crm::bulk
