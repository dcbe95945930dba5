// Contacts as the rest of the CRM uses them (step 4): resolving what comes in by the configured
// matching rule, duplicate rules, and keeping identities and match keys in step with the rows.
// Every call with a session is part of the caller's transaction. Thread-safe.
//
// Who writes rows of contact itself (crm/records) does, in one transaction:
//   before = find(session, id)                        (an edit; none at creation)
//   findings = check_duplicates(session, after, ...)  (findings.refused: stop, nothing is written)
//   ... writes the row ...
//   saved(session, before, after, findings)           or removed(session, before)
#pragma once
#include <thread>

#include "crm/contacts/contact_rules.h"
#include "crm/contacts/duplicate_findings.h"
#include "crm/contacts/match_key_store.h"
#include "platform/db/database.h"

namespace stockbell::crm::contacts {

struct ContactMatch {
  ContactId contact;
  int score = 0;  // 0-100
  std::string stage{};
};

struct MatchedContacts {
  std::string rule{};
  std::vector<ContactMatch> matches{};  // the best first
  bool ambiguous = false;               // several, where the rule accepts only one
  bool contradicted = false;            // one, but for an identifier that differs

  const ContactMatch* winner() const {
    return ambiguous || matches.empty() ? nullptr : &matches.front();
  }
};

struct ResolvedContact {
  ContactId id;          // none when nobody won and nobody was created
  bool created = false;  //
  bool filled = false;   // something it lacked was taken from the candidate
  MatchedContacts matched{};
};

class ContactService {
 public:
  ContactService(db::Database& db, const Clock& clock, Random& random, ContactOptions options);
  ~ContactService();

  // Begins to write the match keys anew, in the background, if the rules have changed since they
  // were written. Until that has ended a fuzzy rule misses some of the older contacts.
  Result<> start();
  void stop();
  Result<bool> rebuild_some();  // one step of that; false when nothing is left to do

  const ContactOptions& options() const { return options_; }

  // Who `candidate` is by the matching rule `rule` ("": the configured one). Its id, if any, is
  // left out. Needs site_group, email and email_normalized set alike. not_found: no such rule in
  // use.
  Result<MatchedContacts> match(db::Session& session, const Contact& candidate,
                                std::string_view rule = {});
  // The same, and creates the contact when nobody matches (a last name "Unknown" if there is none),
  // or gives the one that won what it lacked. Ambiguous or contradicted: neither, id is none.
  // Concurrent twins get the same id.
  Result<ResolvedContact> resolve(db::Session& session, const Contact& candidate, Written written,
                                  std::string_view rule = {});

  // For a shopper, who cannot be asked: of several the best one is taken, and they are reported as
  // duplicates. Always has an id.
  Result<ResolvedContact> resolve_or_choose(db::Session& session, const Contact& candidate,
                                            Written written);
  // The same for several, one after the other as it were: who comes twice is the same contact.
  Result<std::vector<ResolvedContact>> resolve_all(db::Session& session,
                                                   std::span<const Contact> candidates,
                                                   Written written);

  Result<std::optional<Contact>> find(db::Session& session, ContactId id);  // deleted ones too
  // The contact an id stands for now: itself, or the one it was merged into. Empty: unknown, or
  // deleted without a master.
  Result<std::optional<ContactId>> living_id(db::Session& session, ContactId id);

  // With `before`, of an edit, only the rules count that look at something that changed.
  Result<DuplicateFindings> check_duplicates(db::Session& session, const Contact& candidate,
                                             Operation operation, bool allow_save,
                                             const Contact* before = nullptr);
  Result<> saved(db::Session& session, const std::optional<Contact>& before, const Contact& after,
                 const DuplicateFindings& findings, Written written);
  Result<> removed(db::Session& session, const Contact& before);
  Result<> rewrite_keys(db::Session& session, const std::optional<Contact>& before,
                        const Contact& after);
  // It is about to be erased: keys, duplicate sets and merges that name it go.
  Result<> forget(db::Session& session, ContactId id);
  // An address is erased: what would bring it back goes, whatever contact it is of.
  Result<> forget_address(db::Session& session, const std::string& email_normalized);
  Result<> for_each_kept_address(db::Session& session,
                                 const std::function<void(std::string_view)>& each);

 private:
  using Candidates = std::vector<Contact>;
  Result<Candidates> candidates_of(db::Session& session, const matching::MatchRule& rule,
                                   const Contact& incoming);
  Result<std::optional<Contact>> holder_of(db::Session& session, const Contact& incoming);
  MatchedContacts compare(const matching::MatchRule& rule, const Contact& incoming,
                          const Candidates& candidates) const;
  Result<const matching::MatchRule*> get_rule(std::string_view name) const;
  Result<ResolvedContact> create(db::Session& session, Contact contact, MatchedContacts matched,
                                 Written written);
  struct Gathered;  // contact_batch.cc
  Result<> gather(db::Session& session, std::span<const Contact> candidates, Gathered& batch);
  ResolvedContact create_later(Gathered& batch, const Contact& candidate,
                               const matching::MatchRule& rule, Written written);
  std::optional<ResolvedContact> recognise(Gathered& batch, ContactId holder,
                                           const Contact& candidate,
                                           const matching::MatchRule& rule);
  Result<> write_gathered(db::Session& session, Gathered& batch, Written written);
  void run(std::stop_token stopping);

  db::Database& db_;
  IdGenerator ids_;
  const ContactOptions options_;
  MatchKeyStore keys_;
  const bool watched_by_address_only_;  // who is the first with an address is nobody's duplicate
  std::jthread rebuild_;
};

}  // namespace stockbell::crm::contacts
