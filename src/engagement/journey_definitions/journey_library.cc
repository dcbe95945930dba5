#include "engagement/journey_definitions/journey_library.h"

#include <fmt/format.h>

#include <algorithm>

#include "engagement/journey_definitions/definition_reader.h"

namespace stockbell::engagement {
namespace {

Result<JourneyPtr> read_version(const VersionRow& row) {
  SB_TRY(journey, parse_journey(row.definition));
  journey.version = row.version;
  return std::make_shared<const JourneyDefinition>(std::move(journey));
}

Error unknown(const std::string& key) {
  return {ErrorCode::not_found, "journey-unknown", "there is no journey " + key, "key"};
}

}  // namespace

Result<> JourneyLibrary::load() {
  auto stored = database_.write([&](db::Session& session) -> Result<std::vector<Known>> {
    SB_TRY(journeys, store_.list(session));
    if (journeys.empty()) {
      SB_TRY(fallback, parse_journey(default_journey_json()));
      SB_CHECK(store_.save_draft(session, fallback.key, default_journey_json(), clock_.now()));
      SB_CHECK(store_.publish(session, fallback.key, 1, clock_.now()));
      SB_TRY(added, store_.list(session));
      journeys = std::move(added);
    }
    std::vector<Known> known;
    for (auto& journey : journeys) {
      JourneyPtr published;
      SB_TRY(version, store_.find_version(session, journey.key, journey.version));
      if (version) {
        SB_TRY(read, read_version(*version));
        published = read;
      }
      known.push_back({std::move(journey), published});
    }
    return known;
  });
  if (!stored) return std::unexpected(std::move(stored).error());
  for (auto& one : *stored) remember(one.row, one.published);
  return {};
}

void JourneyLibrary::remember(const JourneyRow& row, JourneyPtr published) {
  std::lock_guard lock(mutex_);
  if (published) versions_[{row.key, published->version}] = published;
  known_[row.key] = {row, std::move(published)};
}

Result<SavedDraft> JourneyLibrary::save(std::string_view json) {
  SB_TRY(journey, parse_journey(json));
  std::lock_guard changing(changing_);
  auto saved = database_.write([&](db::Session& session) -> Result<std::pair<int, JourneyRow>> {
    SB_TRY(version, store_.save_draft(session, journey.key, json, clock_.now()));
    SB_TRY(row, store_.find(session, journey.key));
    return std::pair(version, *row);
  });
  if (!saved) return std::unexpected(std::move(saved).error());
  {
    std::lock_guard lock(mutex_);
    known_.try_emplace(journey.key, Known{saved->second, {}});
  }
  return SavedDraft{journey.key, saved->first, find_problems(journey, template_exists_)};
}

Result<std::vector<Finding>> JourneyLibrary::validate(std::string_view json) const {
  SB_TRY(journey, parse_journey(json));
  return find_problems(journey, template_exists_);
}

Result<JourneyRow> JourneyLibrary::publish(const std::string& key) {
  std::lock_guard changing(changing_);
  auto published = database_.write([&](db::Session& session) -> Result<Known> {
    SB_TRY(versions, store_.list_versions(session, key));
    if (versions.empty()) return fail(unknown(key));
    const auto& draft = versions.front();
    if (draft.state != VersionState::draft)
      return fail(ErrorCode::conflict, "journey-no-draft",
                  fmt::format("version {} of {} is published already; save a draft first",
                              draft.version, key));
    SB_TRY(journey, read_version(draft));
    const auto problems = find_problems(*journey, template_exists_);
    if (!problems.empty()) {
      std::string all;
      for (const auto& one : problems)
        all += (all.empty() ? "" : "; ") + one.path + ": " + one.problem;
      return fail(ErrorCode::invalid, "journey-not-publishable", all, problems.front().path);
    }
    SB_CHECK(store_.publish(session, key, draft.version, clock_.now()));
    SB_TRY(row, store_.find(session, key));
    return Known{*row, journey};
  });
  if (!published) return std::unexpected(std::move(published).error());
  remember(published->row, published->published);
  if (on_change_) on_change_();
  return published->row;
}

Result<JourneyRow> JourneyLibrary::change(const std::string& key, JourneyStatus to,
                                          std::initializer_list<JourneyStatus> from) {
  std::lock_guard changing(changing_);
  auto changed = database_.write([&](db::Session& session) -> Result<JourneyRow> {
    SB_TRY(row, store_.find(session, key));
    if (!row) return fail(unknown(key));
    if (row->status == to) return std::move(*row);
    if (std::ranges::find(from, row->status) == from.end())
      return fail(
          ErrorCode::conflict, "journey-status",
          fmt::format("{} is {}; it cannot become {}", key, to_text(row->status), to_text(to)));
    SB_CHECK(store_.set_status(session, key, to, clock_.now()));
    row->status = to;
    row->changed_at = clock_.now();
    return std::move(*row);
  });
  if (!changed) return changed;
  {
    std::lock_guard lock(mutex_);
    known_[key].row = *changed;
  }
  if (on_change_) on_change_();
  return changed;
}

Result<JourneyRow> JourneyLibrary::pause(const std::string& key) {
  return change(key, JourneyStatus::paused, {JourneyStatus::active});
}

Result<JourneyRow> JourneyLibrary::resume(const std::string& key) {
  return change(key, JourneyStatus::active, {JourneyStatus::paused});
}

Result<JourneyRow> JourneyLibrary::stop(const std::string& key) {
  return change(key, JourneyStatus::stopped, {JourneyStatus::active, JourneyStatus::paused});
}

std::vector<JourneyPtr> JourneyLibrary::active() const {
  std::vector<JourneyPtr> all;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [key, known] : known_)
      if (known.row.status == JourneyStatus::active && known.published)
        all.push_back(known.published);
  }
  std::ranges::stable_sort(all, {}, [](const JourneyPtr& one) { return one->priority; });
  return all;
}

JourneyStatus JourneyLibrary::status(const std::string& key) const {
  std::lock_guard lock(mutex_);
  const auto found = known_.find(key);
  return found == known_.end() ? JourneyStatus::unpublished : found->second.row.status;
}

std::vector<std::string> JourneyLibrary::keys_in(JourneyStatus status) const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> keys;
  for (const auto& [key, known] : known_)
    if (known.row.status == status) keys.push_back(key);
  return keys;
}

Result<JourneyPtr> JourneyLibrary::get(db::Session& session, const std::string& key, int version) {
  {
    std::lock_guard lock(mutex_);
    const auto found = versions_.find({key, version});
    if (found != versions_.end()) return found->second;
  }
  SB_TRY(row, store_.find_version(session, key, version));
  if (!row)
    return fail(ErrorCode::internal, "journey-unknown",
                fmt::format("there is no version {} of journey {}", version, key));
  SB_TRY(journey, read_version(*row));
  std::lock_guard lock(mutex_);
  return versions_.try_emplace({key, version}, journey).first->second;
}

}  // namespace stockbell::engagement
