// What people do about contacts that were taken for one person: look at them side by side, merge
// them, say that they are different, undo a merge. One transaction each; thread-safe. Used by the
// console and the API.
#pragma once
#include <map>

#include "crm/contacts/contact_service.h"
#include "crm/contacts/duplicate_store.h"
#include "crm/contacts/merge_rules.h"
#include "crm/objects/change_clock.h"

namespace stockbell::crm::contacts {

struct ReviewedContact {
  Contact contact;
  int score = 0;  // how much it is like the one that was reported, 0-100
  RequestCounts requests;
};

struct ReviewedSet {
  DuplicateSet set;
  std::vector<ReviewedContact> contacts{};  // those that are still there, oldest first
};

struct MergeOrder {
  std::int64_t set = 0;
  ContactId master;
  std::vector<ContactId> losers{};  // empty: all the others of the set
  FieldChoices fields{};
  std::string by{};  // the user's name
  UserId user;
};

struct UndoneMerge {
  ContactMerge merge;
  std::vector<std::string> kept{};  // what was changed since and stays, in sentences
};

inline constexpr auto kUndoDays = std::chrono::days(30);

class DuplicateService {
 public:
  DuplicateService(db::Database& db, const Clock& clock, Random& random,
                   objects::ChangeClock& changes, ContactService& contacts,
                   RequestCarrier& requests)
      : db_(db),
        clock_(clock),
        changes_(changes),
        ids_(clock, random),
        contacts_(contacts),
        requests_(requests) {}

  // Newest first; `before` is the last id of the page before, or 0.
  Result<std::vector<ReviewedSet>> list(SetStatus status, std::int64_t before, int limit);
  Result<ReviewedSet> get(std::int64_t set);
  // Conflict ("duplicate-set-closed") unless the set is open; invalid for contacts that are not in
  // it.
  Result<std::vector<ContactMerge>> merge(const MergeOrder& order);
  Result<> dismiss(std::int64_t set, const std::string& by);

  Result<std::vector<ListedMerge>> merges(std::int64_t before, int limit);
  // Conflict: "contact-merge-undone", "contact-merge-too-old", "contact-merge-superseded" (one of
  // the two was merged again, or deleted, since).
  Result<UndoneMerge> undo(std::int64_t merge, const std::string& by, UserId user);
  Time undo_until(const ContactMerge& merge) const { return merge.merged_at + kUndoDays; }
  bool may_undo(const ContactMerge& merge) const;
  Result<> sweep();  // empties the snapshots of merges that are too old to undo

 private:
  Result<ReviewedSet> review(db::Session& session, DuplicateSet set);
  Result<std::vector<ContactMerge>> merge_all(db::Session& session, const MergeOrder& order,
                                              Written written);
  Result<ContactMerge> merge_one(db::Session& session, const MergeOrder& order, ContactId loser,
                                 Written written);
  Result<std::vector<std::string>> take_identities(db::Session& session, const Contact& loser,
                                                   const Contact& master);
  Result<UndoneMerge> undo_one(db::Session& session, ContactMerge merge, Written written);

  db::Database& db_;
  const Clock& clock_;
  objects::ChangeClock& changes_;
  IdGenerator ids_;
  ContactService& contacts_;
  RequestCarrier& requests_;
};

}  // namespace stockbell::crm::contacts
