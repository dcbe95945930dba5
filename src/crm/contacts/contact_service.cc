#include "crm/contacts/contact_service.h"

#include "crm/contacts/contact_store.h"
#include "crm/contacts/duplicate_store.h"
#include "crm/contacts/identity_renewal.h"
#include "platform/log/log.h"

namespace stockbell::crm::contacts {
namespace {

using matching::Field;

constexpr int kLongestChain = 64;  // of merges

void add_new(std::vector<Contact>& all, std::vector<Contact>&& found) {
  for (auto& contact : found)
    if (std::ranges::find(all, contact.id, &Contact::id) == all.end())
      all.push_back(std::move(contact));
}

bool looks_at(const matching::MatchRule& rule, Field field) {
  return std::ranges::any_of(rule.keys, [&](const auto& key) {
    return std::ranges::any_of(key.parts, [&](const auto& part) { return part.field == field; });
  });
}

std::unexpected<Error> contended() {
  return fail(ErrorCode::unavailable, "contact-contended",
              "the contact appeared and vanished; try again");
}

// Whether an edit changed anything that the rule looks at.
bool is_changed(const matching::MatchRule& rule, const matching::ContactFields& before,
                const matching::ContactFields& after) {
  return before.site_group != after.site_group ||
         std::ranges::any_of(rule.fields, [&](const auto& rule_field) {
           return text_of(before, rule_field.field) != text_of(after, rule_field.field);
         });
}

}  // namespace

ContactService::ContactService(db::Database& db, const Clock& clock, Random& random,
                               ContactOptions options)
    : db_(db),
      ids_(clock, random),
      options_(std::move(options)),
      keys_(options_.rules),
      watched_by_address_only_(std::ranges::all_of(
          options_.rules.duplicate_rules,
          [](const auto& rule) { return rule.matching_rule == kEmailFirst; })) {}

ContactService::~ContactService() { stop(); }

Result<> ContactService::start() {
  SB_CHECK(db_.write([](db::Session& session) { return renew_identities(session); }));
  SB_CHECK(db_.write([&](db::Session& session) { return keys_.prepare(session); }));
  rebuild_ = std::jthread([this](std::stop_token stopping) { run(stopping); });
  return {};
}

void ContactService::stop() { rebuild_ = {}; }

Result<bool> ContactService::rebuild_some() {
  return db_.write([&](db::Session& session) { return keys_.rebuild_some(session); });
}

void ContactService::run(std::stop_token stopping) {
  std::mutex mutex;
  std::condition_variable_any wake;
  bool more = true;
  while (more && !stopping.stop_requested()) {
    const auto step = rebuild_some();
    more = !step || *step;
    if (step) continue;
    log::warning("match-keys-delayed", {{"reason", step.error().reason}});
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stopping, std::chrono::seconds(1), [] { return false; });
  }
}

Result<ContactService::Candidates> ContactService::candidates_of(db::Session& session,
                                                                 const matching::MatchRule& rule,
                                                                 const Contact& incoming) {
  constexpr auto kMost = matching::kMaxCandidates;
  Candidates all;
  // Whatever the rule's keys: who has the same address is looked at.
  if (!incoming.email_normalized.empty()) {
    SB_TRY(found, find_contacts(session, ContactKey::email, incoming.email_normalized, kMost));
    add_new(all, std::move(found));
  }
  if (!incoming.b2c_customer_id.empty() && looks_at(rule, Field::b2c_customer_id)) {
    SB_TRY(found, find_contacts(session, ContactKey::customer_id, incoming.b2c_customer_id, kMost));
    add_new(all, std::move(found));
  }
  if (!incoming.b2c_customer_no.empty() && looks_at(rule, Field::b2c_customer_no)) {
    SB_TRY(found, find_contacts(session, ContactKey::customer_no, incoming.b2c_customer_no, kMost));
    add_new(all, std::move(found));
  }
  if (!found_by_index(rule)) {
    SB_TRY(ids, keys_.candidates(session, rule, fields_of(incoming)));
    SB_TRY(found, find_contacts(session, ids));
    add_new(all, std::move(found));
  }
  return all;
}

// The contact that the incoming address means. Its own address may be another one: that of a
// contact merged into it leads there, too.
Result<std::optional<Contact>> ContactService::holder_of(db::Session& session,
                                                         const Contact& incoming) {
  std::optional<Contact> holder;
  if (incoming.email_normalized.empty()) return holder;
  SB_TRY(id, find_identity(session, incoming.site_group, incoming.email_normalized));
  if (!id) return holder;
  SB_TRY(found, find_contact(session, *id));
  if (!found || found->deleted) return holder;
  holder = std::move(found);
  holder->email_normalized = incoming.email_normalized;
  return holder;
}

MatchedContacts ContactService::compare(const matching::MatchRule& rule, const Contact& incoming,
                                        const Candidates& candidates) const {
  std::vector<matching::ContactFields> fields;
  fields.reserve(candidates.size());
  for (const auto& contact : candidates) fields.push_back(fields_of(contact));
  const auto resolution = matching::resolve(rule, fields_of(incoming), fields);
  MatchedContacts matched{rule.name, {}, resolution.ambiguous, resolution.contradicted};
  for (const auto& one : resolution.matches)
    matched.matches.push_back({candidates[one.candidate].id, one.score, one.stage});
  return matched;
}

Result<const matching::MatchRule*> ContactService::get_rule(std::string_view name) const {
  if (const auto* rule = options_.rules.find(name.empty() ? options_.rules.resolution : name))
    return rule;
  return fail(ErrorCode::not_found, "match-rule-not-found",
              fmt::format("no matching rule \"{}\" is in use", name));
}

Result<MatchedContacts> ContactService::match(db::Session& session, const Contact& candidate,
                                              std::string_view rule_name) {
  SB_TRY(rule, get_rule(rule_name));
  SB_TRY(holder, holder_of(session, candidate));
  if (rule->name == kEmailFirst)
    return compare(*rule, candidate, holder ? Candidates{*holder} : Candidates{});
  SB_TRY(candidates, candidates_of(session, *rule, candidate));
  if (holder) {
    std::erase_if(candidates, [&](const Contact& one) { return one.id == holder->id; });
    candidates.push_back(std::move(*holder));
  }
  return compare(*rule, candidate, candidates);
}

Result<ResolvedContact> ContactService::resolve(db::Session& session, const Contact& candidate,
                                                Written written, std::string_view rule) {
  SB_TRY(matched, match(session, candidate, rule));
  const auto* winner = matched.winner();
  if (!winner && (!matched.matches.empty() || matched.contradicted))
    return ResolvedContact{{}, false, false, std::move(matched)};
  if (!winner) return create(session, candidate, std::move(matched), written);
  SB_TRY(known, find_contact(session, winner->contact));
  if (!known) return contended();
  ResolvedContact resolved{known->id, false, false, std::move(matched)};
  const Contact before = *known;
  if (!fill_missing(*known, candidate)) return resolved;
  resolved.filled = true;
  SB_CHECK(update_contact(session, *known, written));
  SB_CHECK(saved(session, before, *known, {}, written));
  SB_CHECK(log_change(session, known->id));
  return resolved;
}

Result<ResolvedContact> ContactService::resolve_or_choose(db::Session& session,
                                                          const Contact& candidate,
                                                          Written written) {
  SB_TRY(resolved, resolve(session, candidate, written));
  if (resolved.id) return resolved;
  if (resolved.matched.matches
          .empty()) {  // its identifiers contradict those of who has the address
    SB_TRY(holder, holder_of(session, candidate));
    if (!holder) return create(session, candidate, std::move(resolved.matched), written);
    resolved.id = holder->id;
    return resolved;
  }
  DuplicateHit hit{resolved.matched.rule, {}, resolved.matched.rule, false, false, true, {}};
  for (const auto& match : resolved.matched.matches)
    hit.matches.push_back({match.contact, match.score});
  resolved.id = resolved.matched.matches.front().contact;
  SB_CHECK(report_duplicates(session, ids_, resolved.id, {{std::move(hit)}}, written.at));
  return resolved;
}

Result<ResolvedContact> ContactService::create(db::Session& session, Contact contact,
                                               MatchedContacts matched, Written written) {
  contact.id = ids_.make<ContactId>();
  contact.created_at = contact.modified_at = written.at;
  if (contact.last_name.empty()) contact.last_name = kUnknownLastName;
  SB_TRY(first, claim_identity(session, contact));
  if (!first && matched.rule == kEmailFirst) {
    // A twin took the address between our look-up and our claim, and has committed: the claim
    // waited for that.
    SB_TRY(twin, find_identity(session, contact.site_group, contact.email_normalized));
    if (!twin) return contended();
    return ResolvedContact{*twin, false, false, std::move(matched)};
  }
  SB_CHECK(insert_contact(session, contact, written));
  SB_CHECK(rewrite_keys(session, std::nullopt, contact));
  if (first && watched_by_address_only_)
    return ResolvedContact{contact.id, true, false, std::move(matched)};
  SB_TRY(findings, check_duplicates(session, contact, Operation::create, true));
  SB_CHECK(report_duplicates(session, ids_, contact.id, findings, written.at));
  return ResolvedContact{contact.id, true, false, std::move(matched)};
}

Result<std::optional<Contact>> ContactService::find(db::Session& session, ContactId id) {
  return find_contact(session, id);
}

Result<std::optional<ContactId>> ContactService::living_id(db::Session& session, ContactId id) {
  for (int i = 0; i < kLongestChain; ++i) {
    SB_TRY(contact, find_contact(session, id));
    if (!contact) break;
    if (!contact->deleted) return std::optional(contact->id);
    if (!contact->master) break;
    id = contact->master;
  }
  return std::optional<ContactId>();
}

Result<DuplicateFindings> ContactService::check_duplicates(db::Session& session,
                                                           const Contact& candidate,
                                                           Operation operation, bool allow_save,
                                                           const Contact* before) {
  DuplicateFindings findings;
  const auto fields = fields_of(candidate);
  for (const auto& rule : options_.rules.duplicate_rules) {
    if (!rule.applies_to(fields)) continue;
    SB_TRY(matching_rule, get_rule(rule.matching_rule));
    if (before) {
      const auto was = fields_of(*before);
      if (rule.applies_to(was) && !is_changed(*matching_rule, was, fields)) continue;
    }
    SB_TRY(candidates, candidates_of(session, *matching_rule, candidate));
    const auto matched = compare(*matching_rule, candidate, candidates);
    if (matched.matches.empty()) continue;
    const auto action = operation == Operation::create ? rule.on_create : rule.on_edit;
    DuplicateHit hit{rule.name,          rule.label,
                     rule.matching_rule, action == matching::DuplicateAction::block,
                     rule.alert,         rule.report};
    for (const auto& one : matched.matches) hit.matches.push_back({one.contact, one.score});
    findings.hits.push_back(std::move(hit));
  }
  const bool blocked = std::ranges::any_of(findings.hits, &DuplicateHit::blocks);
  const bool alerted = std::ranges::any_of(findings.hits, &DuplicateHit::alerts);
  findings.refused = blocked || (alerted && !allow_save);
  findings.allow_save = findings.refused && !blocked;
  return findings;
}

Result<> ContactService::saved(db::Session& session, const std::optional<Contact>& before,
                               const Contact& after, const DuplicateFindings& findings,
                               Written written) {
  const bool moved = before && (before->email_normalized != after.email_normalized ||
                                before->site_group != after.site_group);
  if (moved) SB_CHECK(release_identity(session, *before));
  if (!before || moved) SB_CHECK(claim_identity(session, after));
  SB_CHECK(rewrite_keys(session, before, after));
  return report_duplicates(session, ids_, after.id, findings, written.at);
}

Result<> ContactService::rewrite_keys(db::Session& session, const std::optional<Contact>& before,
                                      const Contact& after) {
  if (!keys_.in_use()) return {};
  const auto old_fields = before ? fields_of(*before) : matching::ContactFields();
  const auto new_fields = fields_of(after);
  return keys_.replace(session, before ? &old_fields : nullptr, &new_fields);
}

Result<> ContactService::removed(db::Session& session, const Contact& before) {
  SB_CHECK(release_identities(session, before.id));
  const auto fields = fields_of(before);
  return keys_.replace(session, &fields, nullptr);
}

Result<> ContactService::forget(db::Session& session, ContactId id) {
  SB_TRY(contact, find_contact(session, id));
  if (contact) SB_CHECK(removed(session, *contact));
  return forget_contact(session, id);
}

Result<> ContactService::forget_address(db::Session& session, const std::string& email_normalized) {
  return forget_snapshots_of(session, email_normalized);
}

Result<> ContactService::for_each_kept_address(db::Session& session,
                                               const std::function<void(std::string_view)>& each) {
  return for_each_snapshot_address(
      session, [&](std::int64_t, const std::string& address) { each(address); });
}

}  // namespace stockbell::crm::contacts
