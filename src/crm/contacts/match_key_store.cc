#include "crm/contacts/match_key_store.h"

#include "crm/contacts/contact_store.h"
#include "sql/crm_match_key.sql.h"

namespace stockbell::crm::contacts {
namespace {

namespace sql = stockbell::sql::crm_match_key;
using matching::Field;

constexpr int kContactsAtOnce = 500;
constexpr int kKeysAtOnce = 5000;
constexpr int kContactsOfKey = 200;  // more are a sign of a bad key

struct State {
  std::int64_t version = 0;
  std::string phase;  // "clear", "build", "done"
  std::int64_t done_contact = 0;
};

Result<std::optional<State>> find_state(db::Session& session) {
  SB_TRY(row, session.query_one(sql::find_state));
  if (!row) return std::optional<State>();
  return std::optional(State{row->i64(0), row->text(1), row->i64(2)});
}

Result<> save_state(db::Session& session, const State& state) {
  SB_CHECK(session.execute(sql::save_state, {state.version, state.phase, state.done_contact}));
  return {};
}

bool is_indexed(const matching::KeyPart& part) {
  return part.part == matching::Part::all &&
         (part.field == Field::email || part.field == Field::b2c_customer_id ||
          part.field == Field::b2c_customer_no);
}

std::string json_list(std::span<const matching::MatchKey> keys) {
  std::string list = "[";
  for (const auto key : keys) list += fmt::format("{}{}", list.size() > 1 ? "," : "", key.hash);
  return list + "]";
}

}  // namespace

bool found_by_index(const matching::MatchRule& rule) {
  return std::ranges::all_of(
      rule.keys, [](const auto& key) { return std::ranges::any_of(key.parts, is_indexed); });
}

MatchKeyStore::MatchKeyStore(const ContactRules& rules) {
  for (const auto& rule : rules.matching_rules)
    if (!found_by_index(rule)) rules_.push_back(rule);
}

std::int64_t MatchKeyStore::version() const {
  std::uint64_t version = 0;
  for (const auto& rule : rules_) version = version * 31 + matching::keys_version(rule);
  return static_cast<std::int64_t>(version);
}

std::vector<matching::MatchKey> MatchKeyStore::keys_of(
    const matching::ContactFields& fields) const {
  std::vector<matching::MatchKey> keys;
  for (const auto& rule : rules_)
    std::ranges::move(matching::keys_of(rule, fields), std::back_inserter(keys));
  std::ranges::sort(keys);
  const auto repeated = std::ranges::unique(keys);
  keys.erase(repeated.begin(), repeated.end());
  return keys;
}

Result<> MatchKeyStore::replace(db::Session& session, const matching::ContactFields* before,
                                const matching::ContactFields* after) const {
  if (!in_use()) return {};
  const auto old_keys = before ? keys_of(*before) : std::vector<matching::MatchKey>();
  const auto new_keys = after ? keys_of(*after) : std::vector<matching::MatchKey>();
  std::vector<db::Params> gone, added;
  for (const auto key : old_keys)
    if (!std::ranges::binary_search(new_keys, key)) gone.push_back({key.hash, before->id.value});
  // All of them, known or not: an older row's may not be written yet.
  for (const auto key : new_keys) added.push_back({key.hash, after->id.value});
  if (!gone.empty()) SB_CHECK(session.execute_batch(sql::delete_key, gone));
  if (!added.empty()) SB_CHECK(session.execute_batch(sql::insert_key, added));
  return {};
}

Result<std::vector<ContactId>> MatchKeyStore::candidates(
    db::Session& session, const matching::MatchRule& rule,
    const matching::ContactFields& incoming) const {
  const auto probes = matching::probes_of(rule, incoming);
  std::vector<ContactId> found;
  if (probes.empty()) return found;
  SB_TRY(rows, session.query(sql::find_candidates,
                             {json_list(probes), kContactsOfKey, matching::kMaxCandidates}));
  for (const auto& row : rows) found.push_back(ContactId{row.i64(0)});
  return found;
}

Result<> MatchKeyStore::prepare(db::Session& session) const {
  SB_TRY(state, find_state(session));
  if (!state && !in_use()) return {};
  if (state && state->version == version()) return {};
  return save_state(session, {version(), "clear", 0});
}

Result<bool> MatchKeyStore::rebuild_some(db::Session& session) const {
  SB_TRY(state, find_state(session));
  if (!state || state->version != version() || state->phase == "done") return false;
  if (state->phase == "clear") {
    SB_TRY(cleared, session.execute(sql::clear_some, {kKeysAtOnce}));
    if (cleared == 0) state->phase = in_use() ? "build" : "done";
    SB_CHECK(save_state(session, *state));
    return state->phase != "done";
  }
  SB_TRY(contacts, contacts_after(session, state->done_contact, kContactsAtOnce));
  for (const auto& contact : contacts) {
    const auto fields = fields_of(contact);
    SB_CHECK(replace(session, nullptr, &fields));
    state->done_contact = contact.id.value;
  }
  if (std::ssize(contacts) < kContactsAtOnce) state->phase = "done";
  SB_CHECK(save_state(session, *state));
  return state->phase != "done";
}

}  // namespace stockbell::crm::contacts
