// Duplicate sets and merges in the CRM's store. Every call is part of the caller's transaction.
// Used by ContactService (which reports sets) and DuplicateService (which shows and merges them).
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/enum_text.h"
#include "crm/contacts/duplicate_findings.h"
#include "platform/db/database.h"

namespace stockbell::crm::contacts {

enum class SetStatus { open, merged, dismissed };

struct DuplicateSet {
  std::int64_t id = 0;
  std::string rule{};
  SetStatus status = SetStatus::open;
  Time created_at{};
  std::optional<Time> closed_at{};
  std::string closed_by{};  // a user's name
};

// One contact merged into another.
struct ContactMerge {
  std::int64_t id = 0, duplicate_set = 0;
  ContactId loser, master;
  Time merged_at{};
  std::string merged_by{};  // a user's name
  std::string snapshot{};   // "": there is no undoing it any more
  std::optional<Time> undone_at{};
  std::string undone_by{};
  std::string kept = "[]";  // JSON: what undoing it left as it was
};

// For people who look at the list.
struct ListedMerge {
  ContactMerge merge;
  std::string loser_name, loser_email, master_name, master_email;
};

// Puts `contact` and what the reporting rules found into the open set that has one of them, or into
// a new one; nothing, if a person has said that all of these are different people.
Result<> report_duplicates(db::Session& session, IdGenerator& ids, ContactId contact,
                           const DuplicateFindings& findings, Time now);

Result<std::vector<DuplicateSet>> list_sets(db::Session& session, SetStatus status,
                                            std::int64_t before, int limit);
Result<DuplicateSet> get_set(db::Session& session, std::int64_t id);
Result<std::vector<DuplicateMatch>> items_of(db::Session& session, std::int64_t set);
Result<> close_set(db::Session& session, std::int64_t id, SetStatus status, Time now,
                   const std::string& by);
Result<> reopen_set(db::Session& session, std::int64_t id);  // that was merged

Result<> insert_merge(db::Session& session, const ContactMerge& merge);
Result<ContactMerge> get_merge(db::Session& session, std::int64_t id);
Result<std::vector<ListedMerge>> list_merges(db::Session& session, std::int64_t before, int limit);
Result<> save_undone(db::Session& session, const ContactMerge& merge);
Result<> forget_old_snapshots(db::Session& session, Time before);
// Which merges' snapshots hold which normalised addresses.
Result<> for_each_snapshot_address(
    db::Session& session,
    const std::function<void(std::int64_t merge, const std::string& address)>& each);
// The address is erased: merges whose snapshot holds it can't be undone any more.
Result<> forget_snapshots_of(db::Session& session, const std::string& address);
// The contact is erased: nothing of it stays.
Result<> forget_contact(db::Session& session, ContactId id);

}  // namespace stockbell::crm::contacts

template <>
inline constexpr auto stockbell::kEnumText<stockbell::crm::contacts::SetStatus> =
    std::to_array<stockbell::EnumText<stockbell::crm::contacts::SetStatus>>({
        {stockbell::crm::contacts::SetStatus::open, "open"},
        {stockbell::crm::contacts::SetStatus::merged, "merged"},
        {stockbell::crm::contacts::SetStatus::dismissed, "dismissed"},
    });
