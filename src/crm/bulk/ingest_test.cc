#include <future>

#include "crm/bulk/bulk_fixture.h"

namespace stockbell::crm::bulk {
namespace {

class IngestTest : public BulkTest {};

TEST_P(IngestTest, LoadsInBatchesAndTellsEachRowsFate) {
  const auto id = load("LastName,Email\nAnn,\nbad,x\n\"Ben \"\"B\"\"\",#N/A\n");
  EXPECT_EQ(job(id).state, JobState::upload_complete);
  EXPECT_EQ(result(id, IngestResult::successful), "INVALIDJOBSTATE");
  run(JobKind::ingest);
  const auto done = job(id);
  EXPECT_EQ(done.state, JobState::job_complete);
  EXPECT_EQ(done.processed, 3);
  EXPECT_EQ(done.failed, 1);
  EXPECT_EQ(result(id, IngestResult::successful),
            "\"sf__Id\",\"sf__Created\",\"LastName\",\"Email\"\n\"" + to_record_id("003", 1001) +
                "\",\"true\",\"Ann\",\"\"\n\"" + to_record_id("003", 1002) +
                "\",\"true\",\"Ben \"\"B\"\"\",\"#N/A\"\n");
  EXPECT_EQ(result(id, IngestResult::failed),
            "\"sf__Id\",\"sf__Error\",\"LastName\",\"Email\"\n\"\",\"REQUIRED_FIELD_MISSING:"
            "Required fields are missing: [LastName]:LastName --\",\"bad\",\"x\"\n");
  EXPECT_EQ(result(id, IngestResult::unprocessed), "\"LastName\",\"Email\"\n");
}

TEST_P(IngestTest, AKillInTheMiddleRepeatsAndLosesNothing) {
  const auto id = load(rows(1010));
  // Check, then batches; each round dies in a batch's transaction, after all its rows.
  for (int round = 0; round < 3; ++round) {
    for (int steps = 0; steps < 2; ++steps) ASSERT_TRUE(bulk->step(JobKind::ingest));
    writer->before_commit = [] { return fail(ErrorCode::unavailable, "killed", "as if killed"); };
    EXPECT_FALSE(bulk->step(JobKind::ingest));
    restart();
  }
  run(JobKind::ingest);
  EXPECT_EQ(job(id).state, JobState::job_complete);
  EXPECT_EQ(job(id).processed, 1010);
  EXPECT_EQ(applied(), std::pair(std::int64_t{1010}, std::int64_t{1010}));
  const auto done = result(id, IngestResult::successful);
  EXPECT_EQ(std::ranges::count(done, '\n'), 1011);
  EXPECT_THAT(writer->sizes, ::testing::Each(::testing::Le(200u)));
}

TEST_P(IngestTest, AbortsInTheMiddle) {
  const auto id = load(rows(500));
  ASSERT_TRUE(bulk->step(JobKind::ingest));
  ASSERT_TRUE(bulk->step(JobKind::ingest));  // 200 rows
  // The abort commits while the next batch is read.
  ASSERT_TRUE(bulk->change_state(admin, JobKind::ingest, id, "Aborted"));
  run(JobKind::ingest);
  EXPECT_EQ(job(id).state, JobState::aborted);
  EXPECT_EQ(applied().first, 200);
  EXPECT_EQ(std::ranges::count(result(id, IngestResult::successful), '\n'), 201);
  const auto left = result(id, IngestResult::unprocessed);
  EXPECT_TRUE(left.starts_with("\"LastName\"\n\"n201\"\n")) << left.substr(0, 40);
  EXPECT_EQ(std::ranges::count(left, '\n'), 301);
  EXPECT_EQ(bulk->change_state(admin, JobKind::ingest, id, "UploadComplete").error().reason,
            "INVALIDJOBSTATE");
}

TEST_P(IngestTest, RefusesATornFileBeforeAnyRow) {
  const auto failed = [&](const std::string& content, std::string_view body) {
    const auto id = load(content, body);
    run(JobKind::ingest);
    EXPECT_EQ(job(id).state, JobState::failed);
    EXPECT_EQ(result(id, IngestResult::unprocessed), content);
    return job(id).error;
  };
  constexpr std::string_view kInsert = R"({"object":"contact","operation":"insert"})";
  EXPECT_EQ(failed("LastName,Email\nA,x\nB\n", kInsert),
            "InvalidBatch : line 3: the row has 1 fields, the header 2");
  EXPECT_EQ(failed("LastName,Nope__c\nA,x\n", kInsert),
            "InvalidBatch : Field name not found : Nope__c");
  EXPECT_EQ(failed("LastName,lastname\n", kInsert),
            "InvalidBatch : the header names a column twice: lastname");
  EXPECT_EQ(failed("", kInsert),
            "InvalidBatch : the upload is empty; its first line names the fields");
  EXPECT_EQ(failed("LastName\nA\n", R"({"object":"Contact","operation":"update"})"),
            "InvalidBatch : the header lacks the column Id, by which rows are found");
  EXPECT_EQ(failed("Id,LastName\n", R"({"object":"Contact","operation":"delete"})"),
            "InvalidBatch : the column LastName has no use here: a delete job has the one column "
            "Id");
  EXPECT_EQ(failed("LastName\r\nA\r\n", kInsert),
            "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is "
            "LF; line 1 ends with CRLF");
  EXPECT_EQ(applied().first, 0);
}

TEST_P(IngestTest, GivesUpWhenTheStoreStaysAway) {
  const auto id = load(rows(10));
  writer->before_commit = [] { return fail(ErrorCode::unavailable, "store-away", "away"); };
  ASSERT_TRUE(bulk->step(JobKind::ingest));
  EXPECT_FALSE(bulk->step(JobKind::ingest));
  EXPECT_FALSE(bulk->step(JobKind::ingest));
  run(JobKind::ingest);
  EXPECT_EQ(job(id).state, JobState::failed);
  EXPECT_EQ(job(id).retries, 2);
  EXPECT_EQ(job(id).error, "InternalServerError : the server could not go on; try again");
}

TEST_P(IngestTest, FailsAJobThatThrowsTimeAndAgain) {
  const auto id = load(rows(10));
  writer->before_commit = []() -> Result<> { throw std::logic_error("broken"); };
  ASSERT_TRUE(bulk->step(JobKind::ingest));
  EXPECT_FALSE(bulk->step(JobKind::ingest));
  EXPECT_FALSE(bulk->step(JobKind::ingest));
  run(JobKind::ingest);
  EXPECT_EQ(job(id).state, JobState::failed);
  EXPECT_EQ(job(id).retries, 2);
  EXPECT_EQ(job(id).error, "InternalServerError : the server could not go on; try again");
  EXPECT_EQ(applied().first, 0);
}

TEST(WorkLoop, GoesOnAfterAStepThatThrew) {
  std::promise<void> again;
  int steps = 0;
  WorkLoop loop("test", [&]() -> Result<bool> {
    if (++steps == 1) throw std::logic_error("broken");
    if (steps == 2) again.set_value();
    return false;
  });
  loop.start();
  again.get_future().wait();
  loop.stop();
}

TEST_P(IngestTest, TakesOneUploadWhileOpen) {
  const auto made =
      bulk->create_ingest(admin, object(R"({"object":"Contact","operation":"insert"})"));
  const auto id = id_of(*made);
  ASSERT_TRUE(bulk->upload(admin, id, file("LastName\nA\n")));
  const auto again = bulk->upload(admin, id, file("LastName\nB\n"));
  EXPECT_EQ(again.error().reason, "INVALIDJOBSTATE");
  EXPECT_THAT(again.error().message, ::testing::HasSubstr("Found multiple contents for job"));
  ASSERT_TRUE(bulk->change_state(admin, JobKind::ingest, id, "UploadComplete"));
  EXPECT_EQ(bulk->remove(admin, JobKind::ingest, id).error().reason, "INVALIDJOBSTATE");
  EXPECT_EQ(bulk->upload(admin, id, file("x")).error().reason, "INVALIDJOBSTATE");
  run(JobKind::ingest);
  EXPECT_THAT(result(id, IngestResult::successful), ::testing::HasSubstr("\"A\""));
  ASSERT_TRUE(bulk->remove(admin, JobKind::ingest, id));
  EXPECT_EQ(bulk->get(admin, JobKind::ingest, id).error().reason, "NOT_FOUND");
  EXPECT_TRUE(std::filesystem::is_empty(options.directory));
}

TEST_P(IngestTest, SaysNoBeyondItsLimits) {
  options.open_jobs = 2;
  options.waiting_jobs = 1;
  options.disk_bytes = 100;
  restart();
  const auto insert = object(R"({"object":"Contact","operation":"insert"})");
  const auto first = id_of(*bulk->create_ingest(admin, insert));
  const auto second = id_of(*bulk->create_ingest(admin, insert));
  const auto third = bulk->create_ingest(admin, insert);
  EXPECT_EQ(third.error().reason, "REQUEST_LIMIT_EXCEEDED");
  EXPECT_EQ(third.error().message, "2 jobs wait for their upload; complete or abort some");
  ASSERT_TRUE(bulk->change_state(admin, JobKind::ingest, first, "UploadComplete"));
  EXPECT_EQ(bulk->change_state(admin, JobKind::ingest, second, "UploadComplete").error().reason,
            "REQUEST_LIMIT_EXCEEDED");
  EXPECT_EQ(bulk->upload(admin, second, file(std::string(101, 'x'))).error().reason,
            "REQUEST_LIMIT_EXCEEDED");
  EXPECT_EQ(job(second).state, JobState::open);
}

TEST_P(IngestTest, SweepsWhatIsOldAndStrayFiles) {
  const auto id = load(rows(1));
  run(JobKind::ingest);
  std::filesystem::create_directories(options.directory / "12345");
  clock.advance(std::chrono::days(6));
  ASSERT_TRUE(bulk->sweep());
  EXPECT_FALSE(std::filesystem::exists(options.directory / "12345"));
  EXPECT_EQ(job(id).state, JobState::job_complete);
  clock.advance(std::chrono::days(2));
  ASSERT_TRUE(bulk->sweep());
  EXPECT_EQ(bulk->get(admin, JobKind::ingest, id).error().reason, "NOT_FOUND");
  EXPECT_TRUE(std::filesystem::is_empty(options.directory));
}

// Lets something happen once between the steps of a call: behind its first read.
class Interrupted final : public db::Database {
 public:
  explicit Interrupted(db::Database& inner) : inner_(inner) {}
  Result<> migrate(std::span<const db::Migration> migrations) override {
    return inner_.migrate(migrations);
  }
  Result<> backup(const std::filesystem::path& to) override { return inner_.backup(to); }
  bool is_postgresql() const override { return inner_.is_postgresql(); }
  Result<> wipe_deleted() override { return inner_.wipe_deleted(); }
  std::function<void()> meanwhile;

 private:
  Result<> transact(const std::function<Result<>(db::Session&)>& unit, bool writing) override {
    if (writing) return inner_.write(unit);
    auto done = inner_.read(unit);
    if (const auto once = std::exchange(meanwhile, nullptr)) once();
    return done;
  }
  db::Database& inner_;
};

TEST_P(IngestTest, ASweepLeavesTheUploadOfAJobMadeMeanwhile) {
  Interrupted store(db());
  BulkService sweeper(store, schema, *writer, reader, clock, random, options);
  std::string id;
  store.meanwhile = [&] { id = load(rows(3)); };
  ASSERT_TRUE(sweeper.sweep());
  ASSERT_FALSE(id.empty());
  run(JobKind::ingest);
  EXPECT_EQ(job(id).state, JobState::job_complete) << job(id).error;
  EXPECT_EQ(applied().first, 3);
}

TEST_P(IngestTest, AnErasureTakesFilesAndEndsWhatIsUnderWay) {
  const auto done = load(rows(1));
  run(JobKind::ingest);
  const auto waiting = load(rows(300));
  ASSERT_TRUE(bulk->step(JobKind::ingest));
  ASSERT_TRUE(bulk->step(JobKind::ingest));
  ASSERT_TRUE(
      db().write([&](db::Session& session) { return BulkService::erase(session, clock.now()); }));
  EXPECT_EQ(result(done, IngestResult::successful), "NOT_FOUND");
  run(JobKind::ingest);
  EXPECT_EQ(job(waiting).state, JobState::failed);
  EXPECT_THAT(job(waiting).error, ::testing::HasSubstr("erased"));
  EXPECT_TRUE(std::filesystem::is_empty(options.directory));
  EXPECT_EQ(applied().first, 201);
}

TEST_P(IngestTest, RefusesJobsThatMakeNoSense) {
  const auto refused = [&](std::string_view body) {
    auto made = bulk->create_ingest(admin, object(body));
    return made ? std::string("made") : made.error().reason;
  };
  EXPECT_EQ(refused(R"({"object":"Contact","operation":"hardDelete"})"), "FEATURENOTENABLED");
  EXPECT_EQ(refused(R"({"object":"Contact","operation":"merge"})"), "INVALIDOPERATION");
  EXPECT_EQ(refused(R"({"object":"Nothing__c","operation":"insert"})"), "INVALIDENTITY");
  EXPECT_EQ(refused(R"({"object":"Contact","operation":"upsert"})"), "INVALIDJOB");
  EXPECT_EQ(refused(R"({"object":"Contact","operation":"upsert","externalIdFieldName":"Title"})"),
            "INVALIDJOB");
  EXPECT_EQ(refused(R"({"object":"Contact","operation":"insert","columnDelimiter":"DOT"})"),
            "INVALIDJOB");
  EXPECT_EQ(refused(R"({"object":"Contact","operation":"insert","contentType":"JSON"})"),
            "INVALIDJOB");
  EXPECT_EQ(refused(R"({"object":"Contact","operation":7})"), "JSON_PARSER_ERROR");
  EXPECT_EQ(refused(R"({"object":"Contact","operation":"upsert","externalIdFieldName":"Id"})"),
            "made");
}

STOCKBELL_STORE_TESTS(IngestTest);

TEST(RowMapping, NamesParentsNullsAndKeys) {
  const auto schema = objects::Schema::create({}).value();
  Job job;
  job.object = "Back_In_Stock__c";
  job.operation = JobOperation::upsert;
  job.external_field = "Request_Key__c";
  const auto mapping = RowMapping::create(
      schema, job,
      {"request_key__c", "contact__R.b2c_customer_id__C", "Product_SKU__c", "Locale__c"});
  ASSERT_TRUE(mapping) << mapping.error().message;
  const auto record = mapping->record_of({"k1", "C7", "", "#N/A"});
  EXPECT_EQ(record.external_value, "k1");
  ASSERT_EQ(record.fields.size(), 2u);  // an empty value leaves its field alone
  EXPECT_EQ(record.fields[0].name, "Contact__r");
  EXPECT_EQ(record.fields[0].value.at("B2C_Customer_ID__c").as_string(), "C7");
  EXPECT_EQ(record.fields[1].name, "Locale__c");
  EXPECT_TRUE(record.fields[1].text);
  EXPECT_EQ(mapping->record_of({"k1", "#N/A", "", ""}).fields.at(0).name, "Contact__c");
  EXPECT_EQ(
      RowMapping::create(schema, job, {"Request_Key__c", "Contact__r.LastName"}).error().message,
      "LastName is not an external id of Contact; a parent is named by one");
}

}  // namespace
}  // namespace stockbell::crm::bulk
