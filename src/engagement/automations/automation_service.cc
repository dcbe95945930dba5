#include "engagement/automations/automation_service.h"

#include <charconv>

#include "sql/engagement_automation.sql.h"

namespace stockbell::engagement {
namespace {

namespace statements = sql::engagement_automation;

constexpr std::int64_t kMostAutomations = 1000, kMostWaitingRuns = 100;

std::unexpected<Error> unknown() {
  return fail(ErrorCode::not_found, "automation-unknown", "there is no automation with this id");
}

std::int64_t digits_of(const std::string& text) {
  std::int64_t number = 0;
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? number : 0;
}

std::string definition_text(const Automation& automation) {
  text::JsonWriter json;
  json.begin_object().member("name", automation.name).key("steps");
  write_steps(json, automation.steps);
  write_schedule(json, automation);
  json.end_object();
  return std::move(json).str();
}

Result<Automation> automation_of(const db::Row& row) {
  Automation made;
  SB_CHECK(read_automation(row.text(4), made));
  made.id = row.i64(0);
  made.key = row.text(1);
  made.name = row.text(2);
  made.description = row.text(3);
  if (!row.is_null(5)) made.next_run = from_ms(row.i64(5));
  made.created_at = from_ms(row.i64(6));
  made.modified_at = from_ms(row.i64(7));
  return made;
}

}  // namespace

std::span<const db::Migration> AutomationService::migrations() {
  static constexpr db::Migration kMigrations[] = {
      {"engagement.automations/1", statements::schema_1}};
  return kMigrations;
}

Result<> AutomationService::has_query(db::Session& session, const std::string& id) {
  SB_CHECK(parts_.queries.find_state(session, digits_of(id)));
  return {};
}

Result<> AutomationService::check(db::Session& session, const Automation& automation) {
  for (const auto& step : automation.steps)
    for (const auto& activity : step.activities) {
      Result<> there;
      if (activity.type == ActivityType::query) there = has_query(session, activity.object);
      if (activity.type == ActivityType::import)
        there = parts_.imports.check(session, activity.object);
      if (activity.type == ActivityType::journey_event)
        there = parts_.events.check(session, activity.object);
      if (there) continue;
      if (there.error().code != ErrorCode::not_found) return there;
      return fail(ErrorCode::invalid, "automation-invalid",
                  there.error().message + ": " + activity.object, "activityObjectId");
    }
  return {};
}

Result<Automation> AutomationService::create(Automation automation) {
  if (automation.key.empty()) automation.key = make_guid(parts_.random);
  automation.id = parts_.ids.next();
  const auto now = parts_.extensions.clock().now();
  automation.next_run = next_run(automation, now - Duration(1));
  auto done = parts_.extensions.database().write([&](db::Session& session) -> Result<> {
    SB_CHECK(check(session, automation));
    SB_TRY(count, session.query_one(statements::count_automations));
    if (count->i64(0) >= kMostAutomations)
      return fail(ErrorCode::invalid, "automations-too-many",
                  fmt::format("there are {} automations, the most there may be", kMostAutomations));
    const auto next = automation.next_run ? db::Value(to_ms(*automation.next_run)) : db::Value();
    SB_TRY(made, session.execute(
                     statements::insert_automation,
                     {automation.id, automation.key, fold_name(automation.key), automation.name,
                      automation.description, definition_text(automation), next, to_ms(now)}));
    return made > 0 ? Result<>()
                    : fail(ErrorCode::conflict, "automation-exists",
                           "there is an automation of this key", "key");
  });
  SB_CHECK(done);
  if (wake_) wake_();
  return get(automation.id);
}

Result<Automation> AutomationService::change(Automation automation) {
  const auto now = parts_.extensions.clock().now();
  automation.next_run = next_run(automation, now - Duration(1));
  auto done = parts_.extensions.database().write([&](db::Session& session) -> Result<> {
    SB_CHECK(check(session, automation));
    const auto next = automation.next_run ? db::Value(to_ms(*automation.next_run)) : db::Value();
    SB_TRY(changed, session.execute(statements::change_automation,
                                    {automation.id, automation.name, automation.description,
                                     definition_text(automation), next, to_ms(now)}));
    return changed > 0 ? Result<>() : unknown();
  });
  SB_CHECK(done);
  if (wake_) wake_();
  return get(automation.id);
}

Result<Automation> AutomationService::get(std::int64_t id) {
  auto row = parts_.extensions.database().read(
      [&](db::Session& session) { return session.query_one(statements::find_automation, {id}); });
  SB_CHECK(row);
  if (!*row) return unknown();
  return automation_of(**row);
}

Result<std::vector<Automation>> AutomationService::list() {
  auto rows = parts_.extensions.database().read(
      [&](db::Session& session) { return session.query(statements::list_automations); });
  SB_CHECK(rows);
  std::vector<Automation> all;
  for (const auto& row : *rows) {
    SB_TRY(one, automation_of(row));
    all.push_back(std::move(one));
  }
  return all;
}

Result<> AutomationService::remove(std::int64_t id) {
  return parts_.extensions.database().write([&](db::Session& session) -> Result<> {
    SB_CHECK(session.execute(statements::delete_runs, {id}));
    SB_TRY(gone, session.execute(statements::delete_automation, {id}));
    return gone > 0 ? Result<>() : unknown();
  });
}

Result<std::vector<AutomationRun>> AutomationService::runs(std::int64_t id) {
  SB_CHECK(get(id));
  auto rows = parts_.extensions.database().read(
      [&](db::Session& session) { return session.query(statements::list_runs, {id}); });
  SB_CHECK(rows);
  std::vector<AutomationRun> all;
  for (const auto& row : *rows)
    all.push_back(
        {row.i64(0), row.text(1), row.text(2), row.text(3), row.i64(4), from_ms(row.i64(5)),
         row.is_null(6) ? std::nullopt : std::optional(from_ms(row.i64(6))), row.text(7)});
  return all;
}

Result<std::int64_t> AutomationService::add_run(db::Session& session, std::int64_t automation,
                                                const std::string& reason, const std::string& file,
                                                Time at) {
  const auto id = parts_.ids.next();
  SB_CHECK(session.execute(statements::forget_runs, {automation}));
  SB_CHECK(session.execute(statements::insert_run, {id, automation, reason, file, to_ms(at)}));
  return id;
}

Result<std::int64_t> AutomationService::start(std::int64_t id) {
  SB_CHECK(get(id));
  auto run = parts_.extensions.database().write([&](db::Session& session) -> Result<std::int64_t> {
    SB_TRY(open, session.query_one(statements::count_open_runs, {id}));
    if (open->i64(0) > 0)
      return fail(ErrorCode::conflict, "automation-running", "this automation runs already");
    return add_run(session, id, "started", "", parts_.extensions.clock().now());
  });
  if (run && wake_) wake_();
  return run;
}

Result<std::vector<std::string>> AutomationService::imports_of_trigger(const std::string& name) {
  SB_TRY(all, list());
  std::vector<std::string> imports;
  for (const auto& automation : all) {
    if (!automation.trigger || !automation.trigger->fits(name)) continue;
    for (const auto& step : automation.steps)
      for (const auto& activity : step.activities)
        if (activity.type == ActivityType::import) imports.push_back(activity.object);
  }
  return imports;
}

Result<> AutomationService::file_arrived(const std::string& name, Time at) {
  SB_TRY(all, list());
  bool any = false;
  for (const auto& automation : all) {
    if (!automation.trigger || !automation.trigger->fits(name)) continue;
    any = true;
    auto added = parts_.extensions.database().write([&](db::Session& session) -> Result<> {
      SB_TRY(open, session.query_one(statements::count_open_runs, {automation.id}));
      if (open->i64(0) < kMostWaitingRuns)
        SB_CHECK(add_run(session, automation.id, "file", name, at));
      return {};
    });
    SB_CHECK(added);
  }
  if (any && wake_) wake_();
  return {};
}

// A run that was missed while nothing ran is made up once. One that is still under way takes the
// place of the next.
Result<int> AutomationService::begin_due() {
  const auto now = parts_.extensions.clock().now();
  auto due = parts_.extensions.database().read([&](db::Session& session) {
    return session.query(statements::due_automations, {to_ms(now)});
  });
  SB_CHECK(due);
  for (const auto& row : *due) {
    SB_TRY(automation, automation_of(row));
    const auto next = next_run(automation, now);
    auto begun = parts_.extensions.database().write([&](db::Session& session) -> Result<> {
      SB_TRY(open, session.query_one(statements::count_open_runs, {automation.id}));
      if (open->i64(0) == 0) SB_CHECK(add_run(session, automation.id, "schedule", "", now));
      SB_CHECK(session.execute(statements::set_next_run,
                               {automation.id, next ? db::Value(to_ms(*next)) : db::Value()}));
      return {};
    });
    SB_CHECK(begun);
  }
  return static_cast<int>(due->size());
}

Result<> AutomationService::begin_step(db::Session& session, const db::Row& run, const Step& step,
                                       Advanced& advanced) {
  // A query that runs for somebody else has read before this step: it is waited for, and run again.
  for (const auto& activity : step.activities) {
    if (activity.type != ActivityType::query) continue;
    SB_TRY(state, parts_.queries.find_state(session, digits_of(activity.object)));
    if (!state.idle) return {};
  }
  for (const auto& activity : step.activities) {
    if (activity.type == ActivityType::query) {
      SB_CHECK(parts_.queries.queue(session, digits_of(activity.object)));
      advanced.query = true;
    } else if (activity.type == ActivityType::import) {
      SB_CHECK(parts_.imports.begin(session, activity.object, from_ms(run.i64(5))));
      advanced.import = true;
    } else if (activity.type == ActivityType::journey_event) {
      SB_TRY(skus, parts_.events.enter_new(session, activity.object));
      advanced.skus.insert(advanced.skus.end(), skus.begin(), skus.end());
    }
  }
  SB_CHECK(session.execute(statements::begin_step,
                           {run.i64(0), to_ms(parts_.extensions.clock().now())}));
  advanced.moved = true;
  return {};
}

// Files that arrived, or were imported, since the run of the automation began count.
Result<bool> AutomationService::import_is_done(db::Session& session, const Activity& activity,
                                               Time since) {
  SB_TRY(state, is_catalog(activity.object)
                    ? parts_.feeds(session, since)
                    : parts_.imports.state(session, activity.object, since));
  if (state.open) return false;
  if (state.error.empty()) return true;
  return fail(ErrorCode::invalid, "activity-failed", state.error);
}

Result<bool> AutomationService::step_is_done(db::Session& session, const Step& step,
                                             const db::Row& run) {
  for (const auto& activity : step.activities) {
    if (activity.type == ActivityType::wait &&
        parts_.extensions.clock().now() < from_ms(run.i64(4)) + activity.wait)
      return false;
    if (activity.type == ActivityType::import) {
      SB_TRY(done, import_is_done(session, activity, from_ms(run.i64(5))));
      if (!done) return false;
    }
    if (activity.type != ActivityType::query) continue;
    SB_TRY(state, parts_.queries.find_state(session, digits_of(activity.object)));
    if (!state.idle) return false;
    if (!state.error.empty())
      return fail(ErrorCode::invalid, "activity-failed",
                  fmt::format("the query {}: {}", activity.object, state.error));
  }
  return true;
}

Result<AutomationService::Advanced> AutomationService::advance(db::Session& session,
                                                               const db::Row& run) {
  Advanced advanced;
  const auto id = run.i64(0);
  const auto now = to_ms(parts_.extensions.clock().now());
  const auto end = [&](const char* state, const std::string& error) -> Result<> {
    SB_CHECK(session.execute(statements::end_run, {id, state, now, error}));
    advanced.moved = true;
    return {};
  };
  SB_TRY(row, session.query_one(statements::find_automation, {run.i64(1)}));
  if (!row) {
    SB_CHECK(end("Error", "the automation was deleted"));
    return advanced;
  }
  SB_TRY(automation, automation_of(*row));
  const auto number = static_cast<std::size_t>(run.i64(3));
  if (number >= automation.steps.size()) {
    SB_CHECK(end("Complete", ""));
    return advanced;
  }
  const auto& step = automation.steps[number];
  Result<> worked;
  if (run.text(2) == "Waiting") {
    worked = begin_step(session, run, step, advanced);
  } else {
    auto done = step_is_done(session, step, run);
    if (done && *done) {
      SB_CHECK(session.execute(statements::end_step, {id}));
      advanced.moved = true;
    }
    if (!done) worked = std::unexpected(std::move(done).error());
  }
  if (worked) return advanced;
  if (worked.error().code == ErrorCode::internal || worked.error().code == ErrorCode::unavailable)
    return fail(worked.error());
  SB_CHECK(end("Error", fmt::format("step {}: {}", number + 1, worked.error().message)));
  return advanced;
}

Result<int> AutomationService::run() {
  SB_TRY(moved, begin_due());
  auto runs = parts_.extensions.database().read(
      [&](db::Session& session) { return session.query(statements::open_runs); });
  SB_CHECK(runs);
  open_ = !runs->empty();
  for (const auto& run : *runs) {
    auto advanced = parts_.extensions.database().write(
        [&](db::Session& session) { return advance(session, run); });
    SB_CHECK(advanced);
    if (advanced->query) parts_.queries.wake();
    if (advanced->import) {
      parts_.wake_feeds();
      parts_.imports.wake();
    }
    parts_.events.note(advanced->skus);
    moved += advanced->moved ? 1 : 0;
  }
  return moved;
}

}  // namespace stockbell::engagement
