// ContactService::resolve_all: many candidates in one transaction, with the look-ups and the writes
// gathered. What the gathered way cannot decide goes the single way, after what is before it.
#include <unordered_map>

#include "crm/contacts/contact_service.h"
#include "crm/contacts/contact_store.h"

namespace stockbell::crm::contacts {
namespace {

std::string address_key(const Contact& contact) {
  return contact.site_group + '\n' + contact.email_normalized;
}

}  // namespace

// What the batch knows of contacts, stored or not yet.
struct ContactService::Gathered {
  struct Known {
    Contact contact;
    std::optional<Contact> before;  // as it is stored, if that has changed
    bool created = false;           // by this batch, and not stored yet
  };
  std::unordered_map<std::string, ContactId> addresses;  // without a contact: the single way
  std::unordered_map<ContactId, Known> contacts;
  std::vector<ContactId> created, filled;  // not written yet, in order

  void learn(const std::string& key, std::optional<Contact> holder) {
    if (!holder || holder->deleted) {
      addresses[key] = {};
      return;
    }
    addresses[key] = holder->id;
    const auto id = holder->id;
    contacts.try_emplace(id, Known{std::move(*holder), {}, false});
  }
};

Result<std::vector<ResolvedContact>> ContactService::resolve_all(
    db::Session& session, std::span<const Contact> candidates, Written written) {
  std::vector<ResolvedContact> resolved;
  resolved.reserve(candidates.size());
  const bool gathers = options_.rules.resolution == kEmailFirst && watched_by_address_only_ &&
                       std::ranges::none_of(candidates, [](const auto& one) {
                         return one.email_normalized.empty();
                       });
  if (!gathers) {
    for (const auto& candidate : candidates) {
      SB_TRY(one, resolve_or_choose(session, candidate, written));
      resolved.push_back(std::move(one));
    }
    return resolved;
  }
  SB_TRY(rule, get_rule(""));
  Gathered batch;
  SB_CHECK(gather(session, candidates, batch));
  for (const auto& candidate : candidates) {
    const auto found = batch.addresses.find(address_key(candidate));
    if (found == batch.addresses.end()) {
      resolved.push_back(create_later(batch, candidate, *rule, written));
      continue;
    }
    if (auto one = recognise(batch, found->second, candidate, *rule)) {
      resolved.push_back(std::move(*one));
      continue;
    }
    SB_CHECK(write_gathered(session, batch, written));
    SB_TRY(one, resolve_or_choose(session, candidate, written));
    resolved.push_back(std::move(one));
    batch = {};  // whatever that did to the others
    SB_CHECK(gather(session, candidates.subspan(resolved.size()), batch));
  }
  SB_CHECK(write_gathered(session, batch, written));
  return resolved;
}

Result<> ContactService::gather(db::Session& session, std::span<const Contact> candidates,
                                Gathered& batch) {
  std::map<std::string_view, std::vector<std::string_view>> by_group;
  for (const auto& one : candidates) by_group[one.site_group].push_back(one.email_normalized);
  for (const auto& [group, addresses] : by_group) {
    SB_TRY(holders, find_holders(session, group, addresses));
    for (auto& holder : holders)
      batch.learn(std::string(group) + '\n' + holder.email_normalized, std::move(holder.contact));
  }
  return {};
}

// Nobody has the address: as create(), which finds no duplicate of who is the first with it.
ResolvedContact ContactService::create_later(Gathered& batch, const Contact& candidate,
                                             const matching::MatchRule& rule, Written written) {
  Contact contact = candidate;
  contact.id = ids_.make<ContactId>();
  contact.created_at = contact.modified_at = written.at;
  if (contact.last_name.empty()) contact.last_name = kUnknownLastName;
  const auto id = contact.id;
  batch.addresses[address_key(contact)] = id;
  batch.contacts[id] = {std::move(contact), {}, true};
  batch.created.push_back(id);
  return ResolvedContact{id, true, false, {rule.name, {}, false, false}};
}

// The winner, given what it lacked; empty when it is not so plain.
std::optional<ResolvedContact> ContactService::recognise(Gathered& batch, ContactId holder,
                                                         const Contact& candidate,
                                                         const matching::MatchRule& rule) {
  if (!holder) return {};
  auto& known = batch.contacts.at(holder);
  Contact same = known.contact;
  same.email_normalized = candidate.email_normalized;  // an alias leads to it, too
  auto matched = compare(rule, candidate, {std::move(same)});
  if (!matched.winner()) return {};
  Contact after = known.contact;
  const bool filled = fill_missing(after, candidate);
  if (filled) {
    if (!known.created && !known.before) known.before = known.contact;
    known.contact = std::move(after);
    batch.filled.push_back(holder);
  }
  return ResolvedContact{holder, false, filled, std::move(matched)};
}

Result<> ContactService::write_gathered(db::Session& session, Gathered& batch, Written written) {
  std::vector<Contact> created;
  for (const auto id : batch.created) created.push_back(batch.contacts.at(id).contact);
  SB_CHECK(insert_contacts(session, created, written));
  SB_CHECK(claim_identities(session, created));
  for (const auto& contact : created) SB_CHECK(rewrite_keys(session, std::nullopt, contact));
  for (const auto id : batch.filled) {
    auto& known = batch.contacts.at(id);
    if (known.before) {
      SB_CHECK(update_contact(session, known.contact, written));
      SB_CHECK(saved(session, known.before, known.contact, {}, written));
      known.before.reset();
    }
    SB_CHECK(log_change(session, id));
  }
  batch.created.clear();
  batch.filled.clear();
  return {};
}

}  // namespace stockbell::crm::contacts
