#include "crm/contacts/duplicate_service.h"

#include "crm/contacts/contact_store.h"
#include "platform/text/json.h"
#include "sql/crm_duplicate.sql.h"

namespace stockbell::crm::contacts {
namespace {

namespace sql = stockbell::sql::crm_duplicate;

std::unexpected<Error> conflict(std::string reason, std::string message) {
  return fail(ErrorCode::conflict, std::move(reason), std::move(message));
}

std::unexpected<Error> superseded() {
  return conflict("contact-merge-superseded",
                  "one of the two contacts was merged again or deleted since; undo that first");
}

Result<Contact> get_living(db::Session& session, ContactId id) {
  SB_TRY(contact, find_contact(session, id));
  if (!contact || contact->deleted)
    return conflict("contact-gone", "one of the contacts is not there any more");
  return *contact;
}

Result<std::vector<std::string>> identities_of(db::Session& session, ContactId id) {
  SB_TRY(rows, session.query(sql::identities_of_contact, {id.value}));
  std::vector<std::string> addresses;
  for (const auto& row : rows) addresses.push_back(row.text(0));
  return addresses;
}

// Another living contact has this customer id: the store lets nobody share it.
Result<bool> customer_id_taken(db::Session& session, const std::string& customer_id,
                               ContactId own) {
  if (customer_id.empty()) return false;
  SB_TRY(holders, find_contacts(session, ContactKey::customer_id, customer_id, 2));
  return std::ranges::any_of(holders, [&](const Contact& one) { return one.id != own; });
}

std::string kept_json(const std::vector<std::string>& kept) {
  text::JsonWriter json;
  json.begin_array();
  for (const auto& sentence : kept) json.value(sentence);
  return json.end_array().str();
}

std::string label_of(const std::string& field) {
  const auto found = std::ranges::find(text_fields(), field, &TextField::name);
  if (found != text_fields().end()) return std::string(found->label);
  return field == "AccountId" ? "Account" : "E-mail opt-out";
}

}  // namespace

bool DuplicateService::may_undo(const ContactMerge& merge) const {
  return !merge.undone_at && !merge.snapshot.empty() && clock_.now() <= undo_until(merge);
}

Result<> DuplicateService::sweep() {
  return db_.write([&](db::Session& session) {
    return forget_old_snapshots(session, clock_.now() - kUndoDays);
  });
}

Result<ReviewedSet> DuplicateService::review(db::Session& session, DuplicateSet set) {
  ReviewedSet reviewed{std::move(set), {}};
  SB_TRY(items, items_of(session, reviewed.set.id));
  std::vector<ContactId> ids;
  for (const auto& item : items) ids.push_back(item.contact);
  SB_TRY(found, find_contacts(session, ids));
  SB_TRY(counts, requests_.count(session, ids));
  std::ranges::sort(found, {}, &Contact::id);
  for (auto& contact : found) {
    const auto item = std::ranges::find(items, contact.id, &DuplicateMatch::contact);
    const auto requests = counts[contact.id];
    reviewed.contacts.push_back({std::move(contact), item->score, requests});
  }
  return reviewed;
}

Result<std::vector<ReviewedSet>> DuplicateService::list(SetStatus status, std::int64_t before,
                                                        int limit) {
  const auto from = before > 0 ? before : std::numeric_limits<std::int64_t>::max();
  return db_.read([&](db::Session& session) -> Result<std::vector<ReviewedSet>> {
    SB_TRY(sets, list_sets(session, status, from, limit));
    std::vector<ReviewedSet> reviewed;
    for (auto& set : sets) {
      SB_TRY(one, review(session, std::move(set)));
      reviewed.push_back(std::move(one));
    }
    return reviewed;
  });
}

Result<ReviewedSet> DuplicateService::get(std::int64_t id) {
  return db_.read([&](db::Session& session) -> Result<ReviewedSet> {
    SB_TRY(set, get_set(session, id));
    return review(session, std::move(set));
  });
}

Result<> DuplicateService::dismiss(std::int64_t id, const std::string& by) {
  return db_.write([&](db::Session& session) -> Result<> {
    SB_TRY(set, get_set(session, id));
    if (set.status == SetStatus::dismissed) return {};
    if (set.status != SetStatus::open)
      return conflict("duplicate-set-closed", "this set has been merged already");
    return close_set(session, id, SetStatus::dismissed, clock_.now(), by);
  });
}

Result<std::vector<ContactMerge>> DuplicateService::merge(const MergeOrder& order) {
  const objects::ChangeClock::Stamp stamp(changes_);
  return db_.write([&](db::Session& session) -> Result<std::vector<ContactMerge>> {
    SB_CHECK(save_user(session, order.user, order.by, stamp.time()));
    return merge_all(session, order, {stamp.time(), order.user});
  });
}

Result<std::vector<ContactMerge>> DuplicateService::merge_all(db::Session& session,
                                                              const MergeOrder& order,
                                                              Written written) {
  SB_TRY(set, get_set(session, order.set));
  if (set.status != SetStatus::open)
    return conflict("duplicate-set-closed", fmt::format("this set is {}", to_text(set.status)));
  SB_TRY(reviewed, review(session, set));
  std::vector<ContactId> present, losers = order.losers;
  for (const auto& one : reviewed.contacts) present.push_back(one.contact.id);
  const auto is_there = [&](ContactId id) {
    return std::ranges::find(present, id) != present.end();
  };
  if (!is_there(order.master))
    return fail(ErrorCode::invalid, "contact-not-in-set",
                "the contact that stays must be one of the set", "master");
  if (losers.empty()) losers = present;
  std::erase(losers, order.master);
  if (losers.empty())
    return fail(ErrorCode::invalid, "contacts-missing", "there is nothing to merge", "contacts");
  for (const auto loser : losers)
    if (!is_there(loser))
      return fail(ErrorCode::invalid, "contact-not-in-set", "a contact is not one of the set",
                  "contacts");
  for (const auto& [field, chosen] : order.fields)
    if (!is_choice(field) || !is_there(chosen))
      return fail(ErrorCode::invalid, "field-choice-invalid",
                  "a choice is a field's name and the contact of the set whose value it gets",
                  "fields." + field);
  SB_CHECK(forget_old_snapshots(session, written.at - kUndoDays));
  std::vector<ContactMerge> merges;
  for (const auto loser : losers) {
    SB_TRY(one, merge_one(session, order, loser, written));
    merges.push_back(std::move(one));
  }
  if (losers.size() + 1 == present.size())
    SB_CHECK(close_set(session, set.id, SetStatus::merged, written.at, order.by));
  return merges;
}

// The loser's addresses mean the master from now on.
Result<std::vector<std::string>> DuplicateService::take_identities(db::Session& session,
                                                                   const Contact& loser,
                                                                   const Contact& master) {
  SB_TRY(addresses, identities_of(session, loser.id));
  for (const auto& address : addresses)
    SB_CHECK(session.execute(sql::move_identity,
                             {loser.site_group, address, loser.id.value, master.id.value}));
  Contact alias = master;
  alias.email_normalized = loser.email_normalized;
  SB_CHECK(claim_identity(session, alias));  // unless it means a third one
  return addresses;
}

Result<ContactMerge> DuplicateService::merge_one(db::Session& session, const MergeOrder& order,
                                                 ContactId loser_id, Written written) {
  SB_TRY(master, get_living(session, order.master));
  SB_TRY(loser, get_living(session, loser_id));
  if (master.site_group != loser.site_group)
    return conflict("contact-merge-site-group", "contacts of two site groups stay apart");
  const Contact before = master;
  MergeSnapshot snapshot;
  SB_TRY(carried, requests_.carry(session, loser.id, master.id, written));
  snapshot.requests = std::move(carried);
  snapshot.fields = merge_fields(master, loser, order.fields);
  SB_TRY(addresses, take_identities(session, loser, before));
  snapshot.identities = std::move(addresses);
  // The loser first: the two may be about to share a customer id.
  SB_CHECK(contacts_.removed(session, loser));
  SB_CHECK(session.execute(sql::delete_contact_as_merged,
                           {loser.id.value, to_ms(written.at), master.id.value, written.by.value}));
  SB_CHECK(update_contact(session, master, written));
  SB_CHECK(contacts_.rewrite_keys(session, before, master));
  SB_CHECK(log_change(session, master.id));
  SB_CHECK(log_change(session, loser.id));
  ContactMerge merge{ids_.next(), order.set, loser.id,         master.id,
                     written.at,  order.by,  to_json(snapshot)};
  SB_CHECK(insert_merge(session, merge));
  return merge;
}

Result<std::vector<ListedMerge>> DuplicateService::merges(std::int64_t before, int limit) {
  const auto from = before > 0 ? before : std::numeric_limits<std::int64_t>::max();
  return db_.read([&](db::Session& session) { return list_merges(session, from, limit); });
}

Result<UndoneMerge> DuplicateService::undo(std::int64_t id, const std::string& by, UserId user) {
  const objects::ChangeClock::Stamp stamp(changes_);
  return db_.write([&](db::Session& session) -> Result<UndoneMerge> {
    SB_TRY(merge, get_merge(session, id));
    if (merge.undone_at) return conflict("contact-merge-undone", "this merge was undone already");
    if (!may_undo(merge))
      return conflict("contact-merge-too-old", "a merge can be undone for 30 days");
    SB_CHECK(save_user(session, user, by, stamp.time()));
    merge.undone_at = stamp.time();
    merge.undone_by = by;
    return undo_one(session, std::move(merge), {stamp.time(), user});
  });
}

Result<UndoneMerge> DuplicateService::undo_one(db::Session& session, ContactMerge merge,
                                               Written written) {
  SB_TRY(snapshot, parse_snapshot(merge.snapshot));
  SB_TRY(found_master, find_contact(session, merge.master));
  SB_TRY(found_loser, find_contact(session, merge.loser));
  if (!found_master || found_master->deleted || !found_loser || !found_loser->deleted ||
      found_loser->master != merge.master)
    return superseded();
  Contact &master = *found_master, &loser = *found_loser;
  const Contact before = master;
  std::vector<std::string> kept;
  for (const auto& field : unmerge_fields(master, snapshot.fields))
    kept.push_back(fmt::format("{} was changed since and stays as it is", label_of(field)));
  SB_TRY(master_taken, customer_id_taken(session, master.b2c_customer_id, master.id));
  if (master_taken) {
    master.b2c_customer_id = before.b2c_customer_id;
    kept.emplace_back("another contact has the shop customer id that this one had");
  }
  SB_CHECK(update_contact(session, master, written));
  SB_TRY(loser_taken, customer_id_taken(session, loser.b2c_customer_id, loser.id));
  if (loser_taken) {
    loser.b2c_customer_id.clear();
    kept.emplace_back("another contact has the restored contact's shop customer id");
  }
  SB_CHECK(session.execute(sql::undelete_contact, {loser.id.value, loser.b2c_customer_id,
                                                   to_ms(written.at), written.by.value}));
  loser.deleted = false;
  loser.master = {};
  for (const auto& address : snapshot.identities)
    SB_CHECK(session.execute(sql::move_identity,
                             {loser.site_group, address, master.id.value, loser.id.value}));
  SB_CHECK(claim_identity(session, loser));
  SB_CHECK(claim_identity(session, master));
  SB_CHECK(contacts_.rewrite_keys(session, before, master));
  SB_CHECK(contacts_.rewrite_keys(session, std::nullopt, loser));
  SB_TRY(stayed, requests_.carry_back(session, snapshot.requests, master.id, loser.id, written));
  std::ranges::move(stayed, std::back_inserter(kept));
  SB_CHECK(log_change(session, loser.id));
  SB_CHECK(log_change(session, master.id));
  SB_CHECK(reopen_set(session, merge.duplicate_set));
  merge.kept = kept_json(kept);
  SB_CHECK(save_undone(session, merge));
  return UndoneMerge{std::move(merge), std::move(kept)};
}

}  // namespace stockbell::crm::contacts
