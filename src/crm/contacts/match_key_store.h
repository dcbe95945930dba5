// Table contact_match_key: under which keys of the fuzzy matching rules in use contacts are found.
// Written with the contacts, and anew in steps when the rules change. Thread-safe. Used by
// ContactService.
#pragma once
#include <span>
#include <vector>

#include "crm/contacts/contact_rules.h"
#include "crm/matching/matching.h"
#include "platform/db/database.h"

namespace stockbell::crm::contacts {

// True when the rule's candidates are found by the indexes of contact itself (e-mail, B2C
// identifiers): no keys are stored for it.
bool found_by_index(const matching::MatchRule& rule);

class MatchKeyStore {
 public:
  explicit MatchKeyStore(const ContactRules& rules);

  bool in_use() const { return !rules_.empty(); }
  // Replaces the keys that follow from `before` by those of `after`.
  Result<> replace(db::Session& session, const matching::ContactFields* before,
                   const matching::ContactFields* after) const;
  // Contacts that share a key with the incoming one, at most kMaxCandidates.
  Result<std::vector<ContactId>> candidates(db::Session& session, const matching::MatchRule& rule,
                                            const matching::ContactFields& incoming) const;

  // Notes that the keys must be written anew if they were written by other rules.
  Result<> prepare(db::Session& session) const;
  // The next step of that; false when nothing is left to do.
  Result<bool> rebuild_some(db::Session& session) const;

 private:
  std::int64_t version() const;
  std::vector<matching::MatchKey> keys_of(const matching::ContactFields& fields) const;

  std::vector<matching::MatchRule> rules_;  // those with stored keys
};

}  // namespace stockbell::crm::contacts
